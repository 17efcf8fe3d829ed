package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

// inChinese is what --help says of each command and flag, by the English of its tag.
var inChinese = map[string]string{ //nolint:gosec // says what passwords are for and holds none
	"Run the system.": "启动系统。",
	"Run an invented world to try the system with.":                                                                     "启动演示环境，人员、队伍和号码均为虚构。",
	"Write an encrypted copy of all rows while the system works; the master key is not in it.":                          "在线备份全部数据（加密），不含主密钥。",
	"Read a backup into an empty database.":                                                                             "把备份恢复到空库。",
	"Carry an installation over to another, empty database, row for row.":                                               "把全部数据逐行迁移到另一空库。",
	"Check the journal's chain and other invariants of a stopped or running installation.":                              "核对日志链、计数等，运行中、停机时均可执行。",
	"Take a new key for the hashes by which people and receipts are found; no node may run.":                            "更换检索密钥，须先停止全部节点。",
	"Take a new key for signing passes and lists of gates; no node may run.":                                            "更换通行证和卡口名单的签名密钥，须先停止全部节点。",
	"The key was copied: nothing signed so far counts any more; passes are signed and printed anew.":                    "密钥已泄露时填：此前签发的通行码一律作废，有效通行证重新签章并打印。",
	"Make a new enrolment link for an account whose password or factor is lost.":                                        "口令或动态口令遗失时，为账号重新生成开通链接。",
	"Print the OpenAPI document.":                                                                                       "输出 OpenAPI 接口文档。",
	"Print the version.":                                                                                                "显示版本。",
	"Show context-sensitive help.":                                                                                      "显示用法。",
	"Directory of the data.":                                                                                            "数据目录。",
	"postgres://… for PostgreSQL; SQLite inside --data when absent.":                                                    "PostgreSQL 地址（postgres://…）；不填时用 --data 内的 SQLite。",
	"File of the key that seals personal data; beside --data when absent. Keep a copy apart from the backups.":          "主密钥文件，用于加密个人信息；不填时在 --data 旁边。请与备份分开另存一份。",
	"Program that prints that key, instead of a file, with its arguments. No shell reads it; words part at spaces.":     "输出主密钥的程序及参数，代替文件；不经 shell，以空格分隔。",
	"Division code whose duty desk takes reports that name no place.":                                                   "行政区划代码；未写明地点的报告由该地值班受理。",
	"Serve the public operations alone on this address too.":                                                            "另在此地址只提供公众页面。",
	"Certificate file (PEM).":                                                                                           "证书文件（PEM）。",
	"Key file (PEM) of --tls-cert.":                                                                                     "--tls-cert 的私钥文件（PEM）。",
	"local: make an own authority in --data and a page /trust to trust it.":                                             "填 local：在 --data 内自建证书机构，并提供 /trust 页面供安装。",
	"A further host name or address for the local certificate.":                                                         "本机证书另含的主机名或地址。",
	"Address or range of a proxy of ours that speaks TLS and sets X-Forwarded-For: plain HTTP is spoken with it alone.": "前置代理的地址或网段，由其提供 TLS 并设置 X-Forwarded-For；只与它用未加密的 HTTP。",
	"Address of the staff listener.":                                                                                    "工作人员页面的监听地址。",
	"Another letter for the numbers it gives, A to Z: where the installation that the backup is of goes on.":            "改用另一编号字母（A 至 Z）：备份所属的原系统仍在运行时须指定。",
	"Letter of this installation in the numbers it gives, A to Z; said at the first start, A when absent.":              "本套系统编号中的字母（A 至 Z），首次启动时指定，不填为 A。",
	"No staff listener on this node; needs --listen-public.":                                                            "本节点不提供工作人员页面，须同时指定 --listen-public。",
	"Gateway of short messages (https). Without one they stay in the outbox.":                                           "短信网关地址（https）；不填时短信留在消息外发。",
	"File of the gateway's bearer token.":                                                                               "短信网关的令牌文件。",
	"Signature of the short messages, such as 市应急局.":                                                                    "短信签名，如市应急局。",
	"Address to listen on.":                                                                                             "监听地址。",
	"Also write the accounts to this file, as JSON.":                                                                    "另把演示账号写入此文件（JSON）。",
	"File to write: all rows but the keys of personal data.":                                                            "备份文件，含全部数据，不含个人信息的密钥。",
	"File of the keys, one for all backups and kept apart from them: it is written anew each time.":                     "密钥文件，各次备份共用一份，与备份分开保管；每次重写。",
	"Public key (age1…) that can read the backup; several are possible.":                                                "可读备份的公钥（age1…），可填多个。",
	"File with the passphrase that can read the backup.":                                                                "存放备份口令的文件。",
	"Backup to read.": "要恢复的备份文件。",
	"File of its keys; not for a backup of a program that kept them among the rows.": "该备份的密钥文件；旧版备份的密钥在备份内，不填。",
	"File with the private key (AGE-SECRET-KEY-…); not for a before-schema-… file.":  "存放私钥（AGE-SECRET-KEY-…）的文件；before-schema-… 文件不需要。",
	"File with the passphrase.":          "存放口令的文件。",
	"postgres://… of an empty database.": "空数据库的地址（postgres://…）。",
	"Instead of a new look-up key: wrap all keys under the master key in this file, which is made when there is none.": "不换检索密钥，改为更换主密钥：填新主密钥文件，没有时自动生成。",
	"As --new-master-key, with a program that prints that key.":                                                        "同 --new-master-key，由程序输出新主密钥。",
	"The account's login.": "账号的登录名。",
}

// help tells in Chinese what a command and its flags are for, and below it in English with the forms of the values.
func help(o kong.HelpOptions, k *kong.Context) error {
	node, name := k.Model.Node, "lianyuan 命令 [参数]"
	if at := k.Selected(); at != nil {
		node, name = at, at.FullPath()+" [参数]"
	}
	_, _ = fmt.Fprintf(k.Stdout, "用法：%s\n\n%s\n\n", name, chineseOf(node))
	for _, c := range node.Children {
		if !c.Hidden {
			row(k.Stdout, c.Name, inChinese[c.Help])
		}
	}
	for _, group := range node.AllFlags(true) {
		for _, f := range group {
			form := "--" + f.Name
			if !f.IsBool() {
				form += "=…"
			}
			needed := ""
			if f.Required {
				needed = "必填。"
			}
			row(k.Stdout, form, needed+inChinese[f.Help])
		}
	}
	_, _ = fmt.Fprintln(k.Stdout)
	return kong.DefaultHelpPrinter(o, k)
}

func chineseOf(n *kong.Node) string {
	if n.Parent == nil {
		return "联援：社会应急力量现场协调。某一命令的用法：lianyuan 命令 --help"
	}
	return inChinese[n.Help]
}

// row is one line of help; a form that is longer than its column takes a line of its own.
func row(w io.Writer, form, says string) {
	const column = 28
	if len([]rune(form)) > column-2 {
		form += "\n" + strings.Repeat(" ", column+2)
	} else {
		form += strings.Repeat(" ", column-len([]rune(form)))
	}
	_, _ = fmt.Fprintln(w, "  "+form+says)
}
