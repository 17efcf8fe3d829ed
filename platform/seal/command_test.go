package seal_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"lianyuan/platform/seal"
)

// TestMain is also the program that gives a master key: the tests run themselves as the command.
func TestMain(m *testing.M) {
	hold := strings.Repeat("07", 32)
	switch os.Getenv("KEY_PROGRAM") {
	case "":
		os.Exit(m.Run())
	case "good":
		fmt.Fprintln(os.Stdout, strings.Join(os.Args[1:], ""))
	case "short":
		fmt.Fprintln(os.Stdout, hold[2:])
	case "long":
		for range 1000 {
			fmt.Fprint(os.Stdout, hold)
		}
	case "fails":
		fmt.Fprintln(os.Stdout, hold)
		fmt.Fprintln(os.Stderr, hold)
		os.Exit(3)
	case "hangs":
		fmt.Fprintln(os.Stdout, hold)
		select {}
	}
	os.Exit(0)
}

func TestMasterKeyFromCommand(t *testing.T) {
	want, err := seal.NewMaster(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	key := strings.Repeat("07", 32)
	t.Setenv("KEY_PROGRAM", "good")
	got, err := seal.MasterFromCommand(context.Background(), []string{os.Args[0], key}, seal.CommandLimit)
	if err != nil || got.ID != want.ID {
		t.Fatal(got, err)
	}
	// no shell: what a shell would run or cut is one word as it stands
	if _, err := seal.MasterFromCommand(context.Background(), []string{os.Args[0], key + ";true"}, seal.CommandLimit); err == nil {
		t.Error("a shell read the words")
	}
	for _, how := range []string{"short", "long", "fails"} {
		t.Setenv("KEY_PROGRAM", how)
		_, err := seal.MasterFromCommand(context.Background(), []string{os.Args[0]}, seal.CommandLimit)
		if err == nil || strings.Contains(err.Error(), "0707") {
			t.Errorf("%s: %v", how, err)
		}
	}
	if _, err := seal.MasterFromCommand(context.Background(), nil, seal.CommandLimit); err == nil {
		t.Error("no command gave a key")
	}
}

// A program that hangs is ended, and what it had said is not repeated.
func TestMasterKeyCommandHasALimit(t *testing.T) {
	t.Setenv("KEY_PROGRAM", "hangs")
	_, err := seal.MasterFromCommand(context.Background(), []string{os.Args[0]}, 50*time.Millisecond)
	if !errors.Is(err, context.DeadlineExceeded) || strings.Contains(err.Error(), "0707") {
		t.Fatal(err)
	}
}
