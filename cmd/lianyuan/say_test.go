package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"unicode"

	"filippo.io/age"
	"github.com/alecthomas/kong"

	"lianyuan/app"
	"lianyuan/platform/db"
	"lianyuan/platform/db/dbtest"
)

// typed carries a line of the terminal out and is what stands on it when that failed.
func typed(t *testing.T, line ...string) string {
	t.Helper()
	var b bytes.Buffer
	if err := entered(t.Context(), t, io.Discard, line...); err != nil {
		say(&b, err)
	}
	return b.String()
}

// entered carries a line of the terminal out, which writes to out.
func entered(ctx context.Context, t *testing.T, out io.Writer, line ...string) error {
	t.Helper()
	var c cli
	k, err := kong.New(&c, kong.Vars{"version": "test"}, kong.BindTo(ctx, (*context.Context)(nil)), kong.BindTo(out, (*io.Writer)(nil)))
	if err != nil {
		t.Fatal(err)
	}
	called, err := k.Parse(line)
	if err != nil {
		return err
	}
	return called.Run()
}

// Also who is told of what nobody thought of, and who stopped a command, reads both languages below the cause.
func TestEveryFailureIsSaidInBoth(t *testing.T) {
	for want, err := range map[string]error{
		"请把以上一行报给维护单位": errors.New("something new"),
		"已中止":          fmt.Errorf("demo accounts: %w", context.Canceled),
		"该处只读":         &fs.PathError{Op: "open", Path: "/x", Err: syscall.EROFS},
	} {
		var b bytes.Buffer
		say(&b, err)
		if lines := strings.Split(b.String(), "\n"); len(lines) != 4 || lines[0] != "lianyuan: "+err.Error() || !strings.Contains(lines[1], want) {
			t.Errorf("%v: %q", err, lines)
		}
		inBoth(t, b.String())
	}
	for _, a := range advices {
		inBoth(t, a.zh+"\n"+a.en+"\n")
	}
}

// Whoever reads no Chinese sees by the role whose account of the demo it is.
func TestAccountsOfTheDemoSayTheirRole(t *testing.T) {
	var b bytes.Buffer
	printAccounts(&b)
	for _, a := range app.DemoAccounts() {
		if want := a.Login; !regexp.MustCompile(`(?m)^ +` + want + ` .+ \([a-z ]+\)$`).MatchString(b.String()) {
			t.Errorf("%s stands without its role: %s", want, b.String())
		}
	}
}

// Whoever types something wrong reads what to do, in Chinese and in English, and nothing was written.
func TestWhatToDoIsSaid(t *testing.T) {
	dbtest.EachOptions(t, func(t *testing.T, o db.Options) {
		dir := t.TempDir()
		in := func(name string) string { return filepath.Join(dir, name) }
		write := func(name, text string) string {
			if err := os.WriteFile(in(name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			return in(name)
		}
		key, other := must(age.GenerateX25519Identity())(t), must(age.GenerateX25519Identity())(t)
		identity, wrong := write("key.txt", key.String()), write("other.txt", other.String())
		to := key.Recipient().String()
		a, err := app.Open(t.Context(), app.Config{Data: in("data"), DatabaseURL: o.URL, MasterKey: in("master"), Home: "50", Conns: o.Conns})
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		at := []string{"--data", in("data"), "--master-key", in("master")}
		if o.URL != "" {
			at = append(at, "--database-url", o.URL)
		}
		on := func(verb string, flags ...string) []string { return append(append([]string{verb}, at...), flags...) }
		rows, keys := in("rows.age"), in("keys.age")
		if said := typed(t, on("backup", "--to", rows, "--keys", keys, "--recipient", to)...); said != "" {
			t.Fatal(said)
		}
		whole := must(os.ReadFile(rows))(t)
		if err := os.Symlink(keys, in("link")); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(in("torn"), 0o700); err != nil {
			t.Fatal(err)
		}
		write("torn/lianyuan.db", strings.Repeat("no database ", 100))
		busy, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer busy.Close()
		taken := busy.Addr().String()
		restore := func(flags ...string) []string {
			return append([]string{"restore", "--data", in("fresh"), "--identity", identity}, flags...)
		}
		for want, line := range map[string][]string{
			"指向同一文件":            on("backup", "--to", keys, "--keys", in("link"), "--recipient", to),
			"备份只能写成文件":          on("backup", "--to", in("data"), "--keys", keys, "--recipient", to),
			"命令或参数有误":           on("backup", "--to", in("new.age")),
			"age1 开头的公钥":        on("backup", "--to", in("new.age"), "--keys", keys, "--recipient", "age1none"),
			"存放私钥":              {"restore", "--data", in("fresh"), "--from", rows, "--keys", keys, "--identity", write("none.txt", "secret")},
			"目录须先建好":            on("backup", "--to", in("new.age"), "--keys", in("none/keys.age"), "--recipient", to),
			"口令至少 12 个字符":       on("backup", "--to", in("new.age"), "--keys", keys, "--passphrase-file", write("short", "short")),
			"此处没有联援的数据":         {"doctor", "--data", in("none")},
			"请核对 --data":        {"rekey", "--data", in("none")},
			"读不到主密钥":            {"doctor", "--data", in("data"), "--database-url", o.URL, "--master-key", in("none")},
			"不是 64 位十六进制数":      {"doctor", "--data", in("data"), "--database-url", o.URL, "--master-key", write("bad", "00")},
			"不可能是密钥":            {"doctor", "--data", in("data"), "--database-url", o.URL, "--master-key", "/dev/zero"},
			"主密钥不是这套数据的":        {"doctor", "--data", in("data"), "--database-url", o.URL, "--master-key", write("foreign", strings.Repeat("00", 32))},
			"打不开数据库":            on("migrate", "--to", "lianyuan.db"),
			"请用 --from 指定数据备份":  restore("--from", keys, "--keys", rows),
			"密钥在另一文件中":          restore("--from", rows),
			"文件或目录不存在":          restore("--from", rows, "--keys", in("none")),
			"不是备份":              restore("--from", rows, "--keys", identity),
			"私钥或口令与该文件不符":       {"restore", "--data", in("fresh"), "--from", rows, "--keys", keys, "--identity", wrong},
			"密钥文件与备份不配":         restore("--from", rows, "--keys", rows),
			"没有这个登录名":           on("recover", "--login", "nobody"),
			"只在本机提供":            on("serve", "--listen", "0.0.0.0:0"),
			"须同时指定 --listen":    on("serve", "--public-only"),
			"只能指定一个":            on("serve", "--listen", "127.0.0.1:0", "--tls", "local", "--tls-cert", identity, "--tls-key", identity),
			"去掉该参数":             on("serve", "--listen", "127.0.0.1:0", "--sms-token-file", identity),
			"用法见":               {"doctor", "--data", ""},
			"监听地址应为":            on("serve", "--listen", "8080"),
			"127.0.0.1:8080：请改": on("serve", "--listen", "127.0.0.1:65536"),
			"不能在此地址监听":          on("serve", "--listen", "127.0.0.1:0", "--listen-public", "192.0.2.1:0", "--tls", "local"),
			"监听地址已被占用":          on("serve", "--listen", taken),
			"证书或私钥无法使用":         on("serve", "--listen", "127.0.0.1:0", "--tls-cert", identity, "--tls-key", identity),
			"配套的 PEM 文件":        on("serve", "--listen", "127.0.0.1:0", "--tls-cert", in("none"), "--tls-key", in("none")),
			"应为短信网关的地址":         on("serve", "--listen", "127.0.0.1:0", "--sms-url", "gateway"),
			"该路径是目录":            on("serve", "--listen", "127.0.0.1:0", "--sms-url", "https://127.0.0.1:1/", "--sms-token-file", dir),
			"没有给出主密钥":           {"serve", "--listen", "127.0.0.1:0", "--data", in("data"), "--database-url", o.URL, "--master-key-command", in("none")},
			"有一段是文件":            {"serve", "--listen", "127.0.0.1:0", "--data", filepath.Join(identity, "data"), "--tls", "local", "--database-url", o.URL, "--master-key", in("master")},
			"应为目录：请核对 --data":   {"doctor", "--data", identity},
			"用 SQLite 的":        {"doctor", "--data", in("torn")},
			"备份不完整或被改动":         {"restore", "--data", in("cut"), "--identity", identity, "--from", write("cut.age", string(whole[:len(whole)-20])), "--keys", keys},
		} {
			said := strings.Split(typed(t, line...), "\n")
			if len(said) < 4 || !strings.Contains(said[len(said)-3], want) || !strings.ContainsFunc(said[len(said)-3], func(r rune) bool { return unicode.Is(unicode.Han, r) }) || strings.ContainsFunc(said[len(said)-2], func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
				t.Errorf("%v\nsays %q, want %s", line, said, want)
			}
		}
		for _, name := range []string{"new.age", "new.age.part", "data.part", "none"} {
			if _, err := os.Lstat(in(name)); !os.IsNotExist(err) {
				t.Errorf("%s is there: %v", name, err)
			}
		}
		if said := typed(t, restore("--from", rows, "--keys", in("link"))...); said != "" {
			t.Errorf("what was refused left something behind: %s", said)
		}
		if said := typed(t, restore("--from", rows, "--keys", keys)...); !strings.Contains(said, "目标不是空库") {
			t.Errorf("restored twice: %q", said)
		}
		// A key file behind a link is replaced where it is: an old one would keep what was destroyed.
		before := must(os.ReadFile(keys))(t)
		if said := typed(t, on("backup", "--to", in("second.age"), "--keys", in("link"), "--recipient", to)...); said != "" {
			t.Error(said)
		}
		if info := must(os.Lstat(in("link")))(t); info.Mode()&os.ModeSymlink == 0 || bytes.Equal(before, must(os.ReadFile(keys))(t)) {
			t.Errorf("the link is %s, and the keys behind it are the old ones", info.Mode())
		}
	})
}

func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}
