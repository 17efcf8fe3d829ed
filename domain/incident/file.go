package incident

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/hex"
	"image"
	"image/color"
	_ "image/jpeg" // what a scan may be
	_ "image/png"
	"io"
	"regexp"
	"runtime/debug"

	"lianyuan/platform/fault"
)

const (
	// scanPixels bounds what a page has to draw.
	scanPixels = 100_000_000
	// scanMemory is the most bytes that looking at one file may take: 64 million pixels of a PNG in colour, 85 million of a photo.
	// Files are looked at one after another.
	scanMemory = 256 << 20
	// scanAside is what is given back at once when it was taken for one picture.
	scanAside = 32 << 20
	// scanObjects is the most bytes that the packed objects of a PDF may have together; those of a scan are few.
	scanObjects = 16 << 20
)

// Why a file is not taken as a scan.
var (
	ErrScanKind   = fault.InvalidField("body", "file_kind", "请上传 JPEG、PNG 图片或 PDF 文件；文件内容须与类型一致、完整、可以打开", "a JPEG or PNG picture or a PDF that is what it says, is whole and can be opened")
	ErrScanPixels = fault.InvalidField("body", "file_pixels", "图片像素过多，请降低分辨率后重新上传", "the picture has too many pixels: send it in a lower resolution")
	ErrScanLocked = fault.InvalidField("body", "file_locked", "PDF 文件已加密，请解除加密后重新上传", "the PDF is encrypted: send it without encryption")
	ErrScanActive = fault.InvalidField("body", "file_active", "PDF 文件带有脚本、程序或附件，扫描件不应带有；请重新扫描，或打印成不含这些内容的 PDF", "the PDF holds scripts, programs or attached files, which no scan has: scan it again, or print it to a PDF without them")
)

// looking is held by whoever takes scanMemory.
var looking = make(chan struct{}, 1)

// kindOf is what a file is by its content, which is read to its end: a picture that was cut off opens on no page.
func kindOf(ctx context.Context, content []byte) (string, error) {
	select {
	case looking <- struct{}{}:
		defer func() { <-looking }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	if bytes.HasPrefix(content, []byte("%PDF-")) {
		return "application/pdf", scannedPDF(content)
	}
	head, format, err := image.DecodeConfig(bytes.NewReader(content))
	if err != nil {
		return "", ErrScanKind
	}
	pixels := head.Width * head.Height
	takes := pixels * bytesOf(head.ColorModel, content)
	if pixels > scanPixels || takes > scanMemory {
		return "", ErrScanPixels
	}
	if takes > scanAside {
		defer debug.FreeOSMemory() // before the next one is looked at, or several stand in memory until somebody collects
	}
	if _, _, err := image.Decode(bytes.NewReader(content)); err != nil {
		return "", ErrScanKind
	}
	return "image/" + format, nil
}

// bytesOf is the most memory that each pixel of a picture takes while it is read.
func bytesOf(m color.Model, content []byte) int {
	if _, ok := m.(color.Palette); ok {
		return 1
	}
	samples := map[color.Model]int{color.GrayModel: 1, color.Gray16Model: 2, color.YCbCrModel: 3, color.RGBAModel: 4, color.NRGBAModel: 4, color.CMYKModel: 4}[m]
	switch {
	case samples == 0: // 16 bits a colour
		return 8
	case progressive(content):
		return 5 * samples // the coefficients of all passes are kept, four bytes each
	}
	return samples
}

// progressive says whether a JPEG comes in passes.
func progressive(content []byte) bool {
	const firstPass = 0xc2
	for at := 2; bytes.HasPrefix(content, []byte("\xff\xd8")) && at+4 <= len(content) && content[at] == 0xff; {
		switch marker := content[at+1]; {
		case marker == 0xff: // a fill byte
			at++
		case marker >= 0xc0 && marker <= firstPass:
			return marker == firstPass
		default:
			at += 2 + int(content[at+2])<<8 + int(content[at+3])
		}
	}
	return false
}

// What a PDF names that is no scan: a script, a program it starts, a form or film with its own player, a file inside.
var active = map[string]bool{
	"JavaScript": true, "JS": true, "Launch": true, "XFA": true, "RichMedia": true, "EmbeddedFile": true, "EmbeddedFiles": true, "EF": true,
}

var (
	pdfName   = regexp.MustCompile(`/[^\x00\t\n\f\r ()<>\[\]{}/%]+`)
	pdfEscape = regexp.MustCompile(`#[0-9A-Fa-f]{2}`)
	// A stream: the end of its dictionary, then bytes up to its end.
	pdfStream = regexp.MustCompile(`(?s)>>[\x00\t\n\f\r ]*stream\r?\n`)
)

// scannedPDF looks whether a PDF has its end and is what a scanner makes: neither encrypted nor with anything that runs or is
// attached. It reads the names outside of streams, and in those streams that hold packed objects. Who hides such a thing on
// purpose finds a way: a scan is therefore given out as a file to save, never opened by a page of ours.
func scannedPDF(content []byte) error {
	if !bytes.Contains(content[max(0, len(content)-1024):], []byte("%%EOF")) {
		return ErrScanKind
	}
	unpacked := 0
	for rest := content; ; {
		at := pdfStream.FindIndex(rest)
		if at == nil {
			_, err := namesOf(rest)
			return err
		}
		names, err := namesOf(rest[:at[0]])
		if err != nil {
			return err
		}
		stream := rest[at[1]:]
		end := bytes.Index(stream, []byte("endstream"))
		if end < 0 {
			return ErrScanKind
		}
		if stream, rest = stream[:end], stream[end:]; !names["ObjStm"] {
			continue
		}
		if names["FlateDecode"] {
			if stream, err = inflated(stream, scanObjects-unpacked); err != nil {
				return ErrScanKind
			}
			unpacked += len(stream)
		}
		if _, err := namesOf(stream); err != nil {
			return err
		}
	}
}

// inflated is what a stream holds, or an error when that is more than most.
func inflated(stream []byte, most int) ([]byte, error) {
	z, err := zlib.NewReader(bytes.NewReader(stream))
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(z, int64(most)+1))
	if err == nil && len(b) > most {
		err = ErrScanKind
	}
	return b, err
}

// namesOf are the names in a part of a PDF; an error for one that no scan has.
func namesOf(text []byte) (map[string]bool, error) {
	names := map[string]bool{}
	for _, x := range pdfName.FindAll(text, -1) {
		name := string(pdfEscape.ReplaceAllFunc(x[1:], func(x []byte) []byte {
			b, _ := hex.DecodeString(string(x[1:])) // two hex digits
			return b
		}))
		switch {
		case name == "Encrypt":
			return nil, ErrScanLocked
		case active[name]:
			return nil, ErrScanActive
		}
		names[name] = true
	}
	return names, nil
}
