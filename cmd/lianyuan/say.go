package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"syscall"

	"github.com/alecthomas/kong"

	"lianyuan/app"
	"lianyuan/platform/carry"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/seal"
	"lianyuan/platform/sms"
)

// advices say what to do about a command that failed, in the order in which they are looked for.
var advices = []struct {
	about  error
	zh, en string
}{
	{db.ErrServed, "数据正在使用：请先停止全部节点，再执行本命令，然后重新启动。", "the data are in use: stop every node, run this again, then start them."},
	{app.ErrNoData, "此处没有联援的数据：请核对 --data；使用 PostgreSQL 时请核对 --database-url。", "there are no data of Lianyuan here: check --data, or --database-url for PostgreSQL."},
	{app.ErrSameFile, "--to 与 --keys 指向同一文件：密钥须另存他处，请改 --keys。", "--to and --keys are one file: keep the keys apart, name another --keys."},
	{app.ErrNoFile, "备份只能写成文件：请用 --to、--keys 指定文件名，不能是目录或设备。", "a backup is written as a file: name one with --to and --keys, no directory and no device."},
	{app.ErrNoKeys, "该备份的密钥在另一文件中：请用 --keys 指定。", "the keys of this backup are in a file of their own: name it with --keys."},
	{app.ErrKeysAsRows, "--from 指定的是密钥文件：请用 --from 指定数据备份，用 --keys 指定密钥文件。", "--from is the file of the keys: name the rows with --from and the keys with --keys."},
	{app.ErrWrongKey, "私钥或口令与该文件不符：请核对 --identity 或 --passphrase-file。", "the private key or passphrase does not open this file: check --identity or --passphrase-file."},
	{app.ErrNoBackup, "该文件不是备份，或开头已损坏：请另选一份。", "this file is no backup, or its beginning is damaged: take another."},
	{carry.ErrNotEmpty, "目标不是空库：请换一个空的 --data 目录或空数据库；上次未完成的恢复也须清空后重来。", "the target is not empty: take an empty --data directory or database; empty what an attempt that failed has left."},
	{carry.ErrDamaged, "备份不完整或被改动：请换一份备份，并清空目标后重来。", "the backup was cut or changed: take another one and an empty target."},
	{carry.ErrOtherKeys, "密钥文件与备份不配：须为同一套系统、且不早于该备份的密钥文件。", "these keys do not fit: take the key file of the same installation, not older than the backup."},
	{seal.ErrLong, "该文件过大，不可能是密钥、口令或令牌：请核对所指定的文件。", "this file is too large to hold a key, passphrase or token: check which one was named."},
	{seal.ErrNoMaster, "读不到主密钥，或内容不是 64 位十六进制数：请把主密钥放到该处，或用 --master-key、--master-key-command 指定。", "the master key cannot be read, or is not 64 hexadecimal digits: put it there, or name it with --master-key or --master-key-command."},
	{seal.ErrCommand, "--master-key-command 没有给出主密钥：该程序须能执行，30 秒内只输出 64 位十六进制数。", "--master-key-command gave no master key: the program must run, and print 64 hexadecimal digits and nothing else within 30 seconds."},
	{seal.ErrMaster, "主密钥不是这套数据的：请用 --master-key 指定原来的主密钥；更换过主密钥的，用新的。", "this is the master key of other data: name the right one with --master-key; after a change of it, the new one."},
	{seal.ErrMixed, "主密钥更换未完成，或恢复的备份早于更换：请执行 lianyuan rekey，--master-key 指定旧主密钥，--new-master-key 指定新主密钥。", "a change of the master key has not ended, or the backup is from before it: run lianyuan rekey with the old master key as --master-key and the new one as --new-master-key."},
	{seal.ErrSameMaster, "新旧主密钥相同：请用 --new-master-key 指定另一文件，文件不存在时自动生成。", "the new master key is the present one: name another file with --new-master-key; it is made when there is none."},
	{seal.ErrTurning, "部分检索值仍为旧密钥所算：请停止全部节点，执行 lianyuan rekey 后再启动。", "some look-up hashes stand under an older key: stop every node, run lianyuan rekey, then start."},
	{app.ErrPlain, "未加密的 HTTP 只在本机提供：对外请用 --tls local，或 --tls-cert 加 --tls-key，或用 --proxy 指定前置代理。", "beyond this machine it is served with --tls local, --tls-cert with --tls-key, or behind a --proxy."},
	{app.ErrHalfPair, "--tls-cert 与 --tls-key 须同时指定。", "name both --tls-cert and --tls-key."},
	{app.ErrNoAddress, "监听地址应为“地址:端口”，如 127.0.0.1:8080：请改 --listen、--listen-public。", "an address to listen on is host:port, such as 127.0.0.1:8080: change --listen or --listen-public."},
	{app.ErrCert, "证书或私钥无法使用：--tls-cert、--tls-key 应为配套的 PEM 文件，且服务的用户可读。", "the certificate or its key cannot be used: --tls-cert and --tls-key are two PEM files that belong together and that the user of the service can read."},
	{app.ErrTwoCerts, "--tls local 与 --tls-cert 只能指定一个。", "name --tls local or --tls-cert with --tls-key, not both."},
	{app.ErrNoGateway, "--sms-token-file 须同时指定 --sms-url；不发短信的，去掉该参数。", "--sms-token-file needs --sms-url; leave it out where no short message is sent."},
	{app.ErrTwoMasters, "--master-key 与 --master-key-command 只能指定一个。", "name one of --master-key and --master-key-command."},
	{app.ErrNoDivision, "--home 应为行政区划代码，如 500110。", "--home is a division code, such as 500110."},
	{app.ErrNoLetter, "--letter 应为 A 至 Z 的一个大写字母。", "--letter is one capital, A to Z."},
	{errNoLogin, "没有这个登录名：请核对 --login。", "there is no such account: check --login."},
	{errNoPublic, "--public-only 须同时指定 --listen-public。", "--public-only needs --listen-public."},
	{syscall.EADDRINUSE, "监听地址已被占用：请停止占用的程序，或改 --listen、--listen-public。", "the address is in use: stop what uses it, or change --listen or --listen-public."},
	{app.ErrListen, "不能在此地址监听：地址须是本机的，1024 以下的端口须有权限；请改 --listen、--listen-public。", "it cannot listen there: the address must be one of this machine, and ports below 1024 take permission; change --listen or --listen-public."},
	{app.ErrOtherSchema, "数据与程序版本不一致：先用本程序启动一次（自动升级），或换回与数据一致的程序。", "the data are of another version: start this program once, which brings them up to date, or take the program that they are of."},
	{sms.ErrPlain, "短信网关地址应为 https；http 只限本机（127.0.0.1）。", "the gateway of short messages is https; http is for this machine alone."},
	{sms.ErrAddress, "--sms-url 应为短信网关的地址，如 https://sms.example.org/send。", "--sms-url is the address of the gateway, such as https://sms.example.org/send."},
	{app.ErrDemoData, "这是演示目录：请用 lianyuan demo 打开，正式系统请另选 --data。", "this is a demo directory: open it with lianyuan demo, or choose another --data to serve."},
	{app.ErrRealData, "这不是演示目录：请用 lianyuan serve 启动，演示请另选 --data。", "this is no demo directory: start it with lianyuan serve, or choose another --data for a demo."},
	{app.ErrHalfDemo, "演示数据未生成完毕：请清空该数据库，再执行 lianyuan demo。", "this demo world is half made: empty its database and run lianyuan demo again."},
	{app.ErrLetter, "--letter 与本套系统已用的编号字母不一致：请去掉该参数或改回原来的字母。", "--letter is another one than this installation has: leave it out, or name the one of before."},
	{errChain, "日志链与内容不符，数据可能被改动：请保全现场，勿再写入，从备份恢复到另一空库核对。", "the journal does not fit: the data may have been changed. Keep them as they are, and compare with a backup restored elsewhere."},
	{errCounts, "计数与明细不符：业务数据不受影响，请把以上各行报给维护单位。", "the counts do not fit; the records themselves are not affected. Send the lines above to whoever maintains the program."},
	{errParties, "进场队伍的人车数与明细不符：请以现场清点为准，并把以上各行报给维护单位。", "parties do not count themselves right: go by the head count on site, and send the lines above to whoever maintains the program."},
	{errSums, "队员、任务成果或后勤到位的合计与明细不符：明细不受影响，请把以上各行报给维护单位。", "sums of members, missions or requests do not fit; the records themselves are not affected. Send the lines above to whoever maintains the program."},
	{errIndexes, "数据库缺索引，跨行规则和速度无法保证：请备份后恢复到另一空库，恢复时会重建索引。", "indexes are gone: rules across rows may not hold, and lists are slow. Make a backup and restore it into an empty database, which builds them anew."},
	{db.ErrOpen, "打不开数据库：用 PostgreSQL 的，请核对地址（postgres://用户:口令@主机/库名）、网络和权限；用 SQLite 的，请核对 --data 内 lianyuan.db 的权限，文件损坏时从备份恢复。", "the database cannot be opened. PostgreSQL: check the address (postgres://user:password@host/name), the network and the permissions. SQLite: check the permissions of lianyuan.db in --data; restore a backup when the file is damaged."},
	{errRecipient, "--recipient 应为 age1 开头的公钥，可用 age-keygen 生成。", "--recipient is a public key that begins with age1; age-keygen makes one."},
	{errIdentity, "--identity 应为存放私钥（AGE-SECRET-KEY-…）的文件。", "--identity is the file of a private key (AGE-SECRET-KEY-…)."},
	{errShort, "口令至少 12 个字符：请改写 --passphrase-file 指定的文件。", "a passphrase has at least 12 characters: write a longer one into the file."},
	{syscall.ENOSPC, "磁盘已满：请腾出空间后重来，原有文件未动。", "the disk is full: make room and run this again; files that were there are as they were."},
	{syscall.ENOTDIR, "路径中有一段是文件，应为目录：请核对 --data 等路径。", "a part of the path is a file where a directory should be: check --data and the other paths."},
	{syscall.EISDIR, "该路径是目录，应为文件：请核对路径。", "this path is a directory where a file should be: check it."},
	{syscall.EROFS, "该处只读，不能写入：请换一个可写的位置。", "nothing can be written there, it is read-only: choose another place."},
	{fs.ErrNotExist, "文件或目录不存在：请核对路径，目录须先建好。", "there is no such file or directory: check the path; directories must exist."},
	{fs.ErrPermission, "没有权限：请以服务的用户执行，或核对文件权限。", "not permitted: run this as the user of the service, or check the permissions."},
	{context.Canceled, "已中止，尚未完成：请重新执行本命令。", "stopped before it was done: run it again."},
}

// tell says each line in Chinese and below it in English.
func tell(w io.Writer, lines ...fault.Finding) {
	for _, l := range lines {
		_, _ = fmt.Fprintln(w, l.Zh+"\n"+l.En)
	}
}

// list tells findings, set in below what they belong to.
func list(w io.Writer, findings []fault.Finding) {
	for _, f := range findings {
		tell(w, fault.Finding{Zh: "  " + f.Zh, En: "  " + f.En})
	}
}

func tellMasterMade(w io.Writer, file string) {
	tell(w, fault.Found("已生成主密钥：%s（请立即抄存一份，与备份分开保管；丢失后个人信息无法读取）", "master key made: %s (keep a copy apart from the backups: without it personal data cannot be read)", file))
}

// say tells whoever sits at the terminal what went wrong and, in Chinese and English, what to do.
func say(w io.Writer, err error) {
	_, _ = fmt.Fprintln(w, "lianyuan:", err)
	if unread := (*kong.ParseError)(nil); errors.As(err, &unread) {
		_, _ = fmt.Fprintln(w, "命令或参数有误：用法见 lianyuan --help，某一命令的用法见 lianyuan 命令 --help。\nthe command is not complete or not known: see lianyuan --help, and lianyuan COMMAND --help.")
		return
	}
	for _, a := range advices {
		if errors.Is(err, a.about) {
			_, _ = fmt.Fprintln(w, a.zh+"\n"+a.en)
			return
		}
	}
	_, _ = fmt.Fprintln(w, "未能完成：请把以上一行报给维护单位。\nit could not be done: send the line above to whoever maintains the program.")
}
