// Command fontcut makes the font of printed papers, platform/pdf/font.ttf.bz2.
//
// A Chinese font for everything is 4 to 17 MB, and what a pass says is names: of people, teams, roads and places. So a
// developer cuts a font once to the characters that names are written with and commits the result; the product never
// sees the sources and never needs the network. What is kept:
//
//   - the 8,105 characters of 通用规范汉字表 (kTGH), GB 2312 (kGB0) and the 5,401 common traditional ones (level 1 of Big5),
//     as the Unihan database names them
//   - every character of the packed names of divisions, from the province to the village
//   - Latin and Greek letters, figures, punctuation, full-width forms and common signs
//
// as far as the two fonts have them: WenQuanYi Micro Hei, and Droid Sans Fallback, which it is made of, for the characters of
// extension A. On Debian 12:
//
//	apt-get install bzip2 fonttools fonts-wqy-microhei fonts-droid-fallback unicode-data
//	cd tools && go run ./fontcut -out ../platform/pdf/font.ttf.bz2
//
// The result depends on nothing but the input and the release of fonttools (4.38.0): two runs give the same bytes.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// sources are the files that the font is cut from.
type sources struct{ unihan, base, more string }

func main() {
	var from sources
	flag.StringVar(&from.unihan, "unihan", "/usr/share/unicode/Unihan_OtherMappings.txt.bz2", "mappings of the Unihan database")
	flag.StringVar(&from.base, "base", "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", "WenQuanYi Micro Hei")
	flag.StringVar(&from.more, "more", "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf", "Droid Sans Fallback")
	out := flag.String("out", "", "file to write")
	flag.Parse()
	if err := run(from, *out); err != nil {
		fmt.Fprintln(os.Stderr, "fontcut:", err)
		os.Exit(1)
	}
}

func run(from sources, out string) error {
	wanted, err := characters(from.unihan)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "fontcut")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	font, err := cut(dir, from, wanted)
	if err != nil {
		return err
	}
	packed, err := pack(font)
	if err != nil {
		return err
	}
	fmt.Printf("%d characters wanted, %d bytes, %d packed\n", len(wanted), len(font), len(packed))
	return os.WriteFile(out, packed, 0o644)
}

// extensionA is the block of rarer characters that the first font has not.
func extensionA(r rune) bool { return 0x3400 <= r && r <= 0x4dbf }

// cut is the font. Outlines alone stay: no hints, no layout features, nothing for vertical text.
func cut(dir string, from sources, wanted []rune) ([]byte, error) {
	in := func(name string) string { return filepath.Join(dir, name) }
	var all, rare bytes.Buffer
	for _, r := range wanted {
		fmt.Fprintf(&all, "%04X\n", r)
		if extensionA(r) {
			fmt.Fprintf(&rare, "%04X\n", r)
		}
	}
	if err := os.WriteFile(in("all"), all.Bytes(), 0o644); err != nil {
		return nil, err
	}
	if err := os.WriteFile(in("rare"), rare.Bytes(), 0o644); err != nil {
		return nil, err
	}
	plain := []string{
		"--no-hinting", "--layout-features=", "--drop-tables+=GSUB,GPOS,GDEF,vhea,vmtx,VORG,BASE,DSIG,gasp,FFTM", "--name-IDs=0,13", "--notdef-outline",
		"--no-glyph-names", "--no-recalc-timestamp",
	}
	steps := [][]string{
		append([]string{"subset", from.base, "--font-number=0", "--unicodes-file=" + in("all"), "--output-file=" + in("base.ttf")}, plain...),
		append([]string{"subset", from.more, "--unicodes-file=" + in("rare"), "--output-file=" + in("small.ttf")}, plain...),
		{"ttLib.scaleUpem", in("small.ttf"), "2048", "--output-file", in("more.ttf")},
		{"merge", "--output-file=" + in("font.ttf"), in("base.ttf"), in("more.ttf")},
	}
	for _, args := range steps {
		cmd := exec.Command("fonttools", args...)
		cmd.Env = append(os.Environ(), "SOURCE_DATE_EPOCH=0") // or the file would say when it was made
		if said, err := cmd.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("fonttools %s: %w: %s", args[0], err, said)
		}
	}
	return os.ReadFile(in("font.ttf"))
}

// pack compresses as small as what the standard library unpacks can be.
func pack(font []byte) ([]byte, error) {
	cmd := exec.Command("bzip2", "-9", "--stdout")
	cmd.Stdin = bytes.NewReader(font)
	return cmd.Output()
}
