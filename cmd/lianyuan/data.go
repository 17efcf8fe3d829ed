package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"filippo.io/age"

	"lianyuan/app"
	"lianyuan/platform/carry"
	"lianyuan/platform/db"
	"lianyuan/platform/fault"
	"lianyuan/platform/seal"
)

type backupCmd struct {
	where
	To             string   `required:"" type:"path" help:"File to write: all rows but the keys of personal data."`
	Keys           string   `required:"" type:"path" help:"File of the keys, one for all backups and kept apart from them: it is written anew each time."`
	Recipient      []string `xor:"key" required:"" help:"Public key (age1…) that can read the backup; several are possible."`
	PassphraseFile string   `xor:"key" required:"" type:"path" help:"File with the passphrase that can read the backup."`
}

// Run backs up while the system goes on working.
func (c *backupCmd) Run(ctx context.Context, out io.Writer) error {
	var to []age.Recipient
	for _, r := range c.Recipient {
		key, err := age.ParseX25519Recipient(r)
		if err != nil {
			return fmt.Errorf("%w: %w", errRecipient, err)
		}
		to = append(to, key)
	}
	if c.PassphraseFile != "" {
		phrase, err := passphrase(c.PassphraseFile)
		if err != nil {
			return err
		}
		key, err := age.NewScryptRecipient(phrase)
		if err != nil {
			return err
		}
		to = append(to, key)
	}
	return withData(ctx, c.where, app.OpenData, func(d *db.DB) error {
		counts, err := app.Backup(ctx, d, c.To, c.Keys, to...)
		return report(out, "已备份", "backed up", counts, err)
	})
}

type restoreCmd struct {
	where
	From           string `required:"" type:"path" help:"Backup to read."`
	Keys           string `type:"path" help:"File of its keys; not for a backup of a program that kept them among the rows."`
	Identity       string `xor:"key" type:"path" help:"File with the private key (AGE-SECRET-KEY-…); not for a before-schema-… file."`
	PassphraseFile string `xor:"key" type:"path" help:"File with the passphrase."`
	Letter         string `help:"Another letter for the numbers it gives, A to Z: where the installation that the backup is of goes on."`
}

// Run restores into an empty database; the master key is brought separately.
func (c *restoreCmd) Run(ctx context.Context, out io.Writer) error {
	with, err := c.identities()
	if err != nil {
		return err
	}
	return claimed(ctx, c.where, false, func() error {
		return withData(ctx, c.where, app.OpenEmpty, func(d *db.DB) error {
			counts, err := app.Restore(ctx, d, c.From, c.Keys, c.Letter, with...)
			return report(out, "已恢复", "restored", counts, err)
		})
	})
}

// identities open a backup; none when it needs none.
func (c *restoreCmd) identities() ([]age.Identity, error) {
	switch {
	case c.Identity != "":
		f, err := os.Open(c.Identity)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		with, err := age.ParseIdentities(f)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errIdentity, err)
		}
		return with, nil
	case c.PassphraseFile != "":
		phrase, err := passphrase(c.PassphraseFile)
		if err != nil {
			return nil, err
		}
		key, err := age.NewScryptIdentity(phrase)
		return []age.Identity{key}, err
	}
	return nil, nil
}

type migrateCmd struct {
	where
	To string `required:"" help:"postgres://… of an empty database."`
}

// Run carries an installation over, row for row; stop the nodes first.
func (c *migrateCmd) Run(ctx context.Context, out io.Writer) error {
	return claimed(ctx, c.where, true, func() error { // what was written meanwhile would stay behind
		return withData(ctx, c.where, app.OpenData, func(from *db.DB) error {
			target := c.where
			target.DatabaseURL = c.To
			return withData(ctx, target, app.OpenEmpty, func(to *db.DB) error {
				counts, err := app.Move(ctx, from, to)
				return report(out, "已迁移", "moved", counts, err)
			})
		})
	})
}

type rekeyCmd struct {
	where
	NewMasterKey        string `xor:"new" type:"path" help:"Instead of a new look-up key: wrap all keys under the master key in this file, which is made when there is none."`
	NewMasterKeyCommand string `xor:"new" help:"As --new-master-key, with a program that prints that key."`
}

// Run turns the look-up key or changes the master key; run again after an interruption it goes on.
func (c *rekeyCmd) Run(ctx context.Context, out io.Writer) error {
	return claimed(ctx, c.where, true, func() error {
		cfg := config(c.where, listen{}, "127.0.0.1:0")
		if c.NewMasterKey != "" || c.NewMasterKeyCommand != "" {
			return c.changeMaster(ctx, cfg, out)
		}
		rows, err := app.Rekey(ctx, cfg)
		if err == nil {
			tell(out, fault.Found("已更换检索密钥，重算 %d 行", "a new look-up key: %d rows hashed once more", rows))
		}
		return err
	})
}

func (c *rekeyCmd) changeMaster(ctx context.Context, cfg app.Config, out io.Writer) error {
	done, err := app.ChangeMaster(ctx, cfg, app.NewMaster{File: c.NewMasterKey, Command: c.NewMasterKeyCommand})
	if done.Made {
		tellMasterMade(out, c.NewMasterKey)
	}
	if err == nil {
		tell(out,
			fault.Found("已更换主密钥：%[2]s 换为 %[3]s，重新包裹 %[1]d 个密钥，旧主密钥不再能打开本库", "a new master key: %[3]s instead of %[2]s, %[1]d keys wrapped anew; the old one opens these data no longer", done.Keys, done.From, done.To),
			fault.Found("今后启动一律使用新主密钥；请立即备份一次，并销毁旧的密钥备份文件和 before-schema-… 文件", "start with the new one from now on; back up now, and destroy older key files of backups and before-schema-… files"))
	}
	return err
}

type passkeyCmd struct {
	where
	Revoke bool `help:"The key was copied: nothing signed so far counts any more; passes are signed and printed anew."`
}

// Run replaces the key; what has to be signed anew is signed here, or at the next start when this is interrupted.
func (c *passkeyCmd) Run(ctx context.Context, out io.Writer) error {
	return claimed(ctx, c.where, true, func() error {
		if err := app.ReplacePassKey(ctx, config(c.where, listen{}, "127.0.0.1:0"), c.Revoke); err != nil {
			return err
		}
		return withInstallation(ctx, c.where, func(a *app.App) error {
			now := a.Passes.KeyName()
			if !c.Revoke {
				tell(out, fault.Found("已更换通行证签名密钥，新密钥 %s；原密钥签发的通行证到期前有效，卡口联网后自动采用新密钥", "a new key signs passes: %s; passes of the one before are good until they lapse, and gates follow by themselves when they are online", now))
				return nil
			}
			tell(out,
				fault.Found("原通行证签名密钥已停用，新密钥 %s；重新签章 %d 张通行证，须重新打印", "the key of passes is ended, the new one is %s: %d passes are signed anew and have to be printed again", now, a.Passes.Anew),
				fault.Found("请把新密钥告知各卡口，由值守人员在本机核对后采用", "tell the new key to every gate, where the guard compares and accepts it"))
			return nil
		})
	})
}

// claimed does what no server may have a SQLite file open for; existing says that there must be one.
func claimed(ctx context.Context, w where, existing bool, fn func() error) error {
	cfg := config(w, listen{}, "127.0.0.1:0")
	cfg.Existing = existing
	release, err := app.Claim(ctx, cfg)
	if err != nil {
		return err
	}
	return errors.Join(fn(), release())
}

func withData(ctx context.Context, w where, open func(context.Context, app.Config) (*db.DB, error), fn func(*db.DB) error) error {
	d, err := open(ctx, config(w, listen{}, "127.0.0.1:0"))
	if err != nil {
		return err
	}
	return errors.Join(fn(d), d.Close())
}

// What does not open a backup.
var (
	errRecipient = errors.New("--recipient")
	errIdentity  = errors.New("--identity")
	errShort     = errors.New("--passphrase-file: a passphrase has at least 12 characters")
)

func passphrase(file string) (string, error) {
	b, err := seal.ReadSecret(file)
	phrase := strings.TrimSpace(string(b))
	if err == nil && len(phrase) < 12 {
		err = errShort
	}
	return phrase, err
}

func report(out io.Writer, zh, en string, counts carry.Counts, err error) error {
	if err == nil {
		tell(out, fault.Found(zh+"：%d 行，%d 张表", en+": %d rows in %d tables", counts.Total(), len(counts)))
	}
	return err
}
