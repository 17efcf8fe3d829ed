package document

import (
	"fmt"
	"strings"
	"time"
)

// part is a file inside the file.
type part struct{ name, text string }

const (
	wordSpace = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	office    = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	word      = "application/vnd.openxmlformats-officedocument.wordprocessingml."
)

// parts are all files; their names and kinds are fixed by ECMA-376.
func (d *Document) parts() []part {
	return []part{
		{"[Content_Types].xml", contentTypes},
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
			`<Relationship Id="rId1" Type="` + office + `officeDocument" Target="word/document.xml"/>` +
			`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`},
		{"docProps/core.xml", d.properties()},
		{"word/_rels/document.xml.rels", relations()},
		{"word/document.xml", `<w:document ` + wordSpace + `><w:body>` + d.body.String() + section + `</w:body></w:document>`},
		{"word/styles.xml", styles()},
		{"word/settings.xml", `<w:settings ` + wordSpace + `><w:evenAndOddHeaders/><w:characterSpacingControl w:val="doNotCompress"/>` +
			`<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>`},
		{"word/header1.xml", d.header()},
		{"word/header2.xml", d.header()},
		{"word/footer1.xml", footer("PageOdd")},
		{"word/footer2.xml", footer("PageEven")},
	}
}

const contentTypes = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
	`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
	`<Default Extension="xml" ContentType="application/xml"/>` +
	`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>` +
	`<Override PartName="/word/document.xml" ContentType="` + word + `document.main+xml"/>` +
	`<Override PartName="/word/styles.xml" ContentType="` + word + `styles+xml"/>` +
	`<Override PartName="/word/settings.xml" ContentType="` + word + `settings+xml"/>` +
	`<Override PartName="/word/header1.xml" ContentType="` + word + `header+xml"/>` +
	`<Override PartName="/word/header2.xml" ContentType="` + word + `header+xml"/>` +
	`<Override PartName="/word/footer1.xml" ContentType="` + word + `footer+xml"/>` +
	`<Override PartName="/word/footer2.xml" ContentType="` + word + `footer+xml"/></Types>`

// section is the page: A4; 37, 26, 35 and 28 mm; the number 7 mm below the text.
const section = `<w:sectPr><w:headerReference w:type="default" r:id="rId3"/><w:headerReference w:type="even" r:id="rId4"/>` +
	`<w:footerReference w:type="default" r:id="rId5"/><w:footerReference w:type="even" r:id="rId6"/>` +
	`<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1587" w:header="1134" w:footer="1304" w:gutter="0"/></w:sectPr>`

func relations() string {
	var b strings.Builder
	b.WriteString(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`)
	for i, r := range []struct{ kind, to string }{
		{"styles", "styles"}, {"settings", "settings"}, {"header", "header1"}, {"header", "header2"}, {"footer", "footer1"}, {"footer", "footer2"},
	} {
		fmt.Fprintf(&b, `<Relationship Id="rId%d" Type="%s" Target="%s.xml"/>`, i+1, office+r.kind, r.to)
	}
	return b.String() + `</Relationships>`
}

func (d *Document) properties() string {
	made := d.Made.UTC().Format(time.RFC3339)
	return `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"` +
		` xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` +
		`<dc:title>` + escape(d.Name) + `</dc:title><dc:creator>` + escape(d.Unit) + `</dc:creator>` +
		`<dcterms:created xsi:type="dcterms:W3CDTF">` + made + `</dcterms:created></cp:coreProperties>`
}

func (d *Document) header() string {
	run := ""
	if d.Mark != "" {
		run = `<w:r>` + text(d.Mark) + `</w:r>`
	}
	return `<w:hdr ` + wordSpace + `><w:p><w:pPr><w:pStyle w:val="PageMark"/></w:pPr>` + run + `</w:p></w:hdr>`
}

func footer(style string) string {
	return `<w:ftr ` + wordSpace + `><w:p><w:pPr><w:pStyle w:val="` + style + `"/></w:pPr><w:r><w:t xml:space="preserve">— </w:t></w:r>` +
		`<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>` +
		`<w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p></w:ftr>`
}

// The fonts of GB/T 9704-2012, by name.
const (
	song    = "宋体"
	fang    = "仿宋_GB2312"
	kai     = "楷体_GB2312"
	hei     = "黑体"
	biao    = "方正小标宋简体"
	size2   = 44 // half points
	size3   = 32
	size4   = 28
	sizeTab = 24
	pitch   = 579 // twips: 28.95 pt
)

// style is one paragraph style. Sizes are half points, lengths twips.
type style struct {
	id, name, font string
	size           int
	align          string
	first          int // indent of the first line
	left, right    int
	line           int // exact
	before, after  int
	extra          string // further paragraph properties
	colour         string
	level          int // of the outline, from 1; 0 none
	loose          bool
}

// sheet is the sheet of styles. The characters stand a quarter of a point closer than their size, so that 28 fill a line.
var sheet = []style{
	{id: "Letterhead", name: "发文机关标志", font: biao, size: 60, align: "center", line: 1200, colour: "C00000", after: 300, loose: true},
	{id: "Number", name: "发文字号", font: fang, size: size3, align: "center", after: 579, extra: rule("bottom", "C00000", 18)},
	{id: "PaperTitle", name: "公文标题", font: biao, size: size2, align: "center", line: 700, loose: true, level: 1},
	{id: "Addressee", name: "主送机关", font: fang, size: size3, before: pitch},
	{id: "Heading1", name: "heading 1", font: hei, size: size3, first: 640, level: 1, extra: `<w:keepNext/>`},
	{id: "Heading2", name: "heading 2", font: kai, size: size3, first: 640, level: 2, extra: `<w:keepNext/>`},
	{id: "Heading3", name: "heading 3", font: fang, size: size3, first: 640, level: 3, extra: `<w:keepNext/>`},
	{id: "Caption", name: "表题", font: hei, size: size4, align: "center", extra: `<w:keepNext/>`},
	{id: "Cell", name: "表格文字", font: fang, size: sizeTab, line: 400, loose: true},
	{id: "CellNumber", name: "表格数字", font: fang, size: sizeTab, align: "right", line: 400, loose: true},
	{id: "CellHead", name: "表头", font: hei, size: sizeTab, align: "center", line: 400, loose: true},
	{id: "AfterTable", name: "表后", font: fang, size: sizeTab, line: 240, loose: true},
	{id: "Signature", name: "署名", font: fang, size: size3, align: "right", right: 640, extra: `<w:keepNext/>`},
	{id: "SignDate", name: "成文日期", font: fang, size: size3, align: "right", right: 1280},
	{id: "ImprintFirst", name: "抄送机关", font: fang, size: size4, left: 280, right: 280, before: pitch, extra: `<w:keepNext/>` + rule("top", "auto", 8)},
	{id: "ImprintLast", name: "印发机关", font: fang, size: size4, left: 280, right: 280, extra: borders("auto", 6, 8) + imprintTab},
	{id: "ImprintOnly", name: "印发机关独行", font: fang, size: size4, left: 280, right: 280, before: pitch, extra: borders("auto", 8, 8) + imprintTab},
	{id: "PageOdd", name: "页码单", font: song, size: size4, align: "right", right: 280, line: 360, loose: true},
	{id: "PageEven", name: "页码双", font: song, size: size4, left: 280, line: 360, loose: true},
	{id: "PageMark", name: "页眉标记", font: hei, size: size4, align: "center", line: 360, loose: true},
}

const imprintTab = `<w:tabs><w:tab w:val="right" w:pos="8564"/></w:tabs>`

func rule(side, colour string, width int) string {
	return fmt.Sprintf(`<w:pBdr><w:%s w:val="single" w:sz="%d" w:space="1" w:color="%s"/></w:pBdr>`, side, width, colour)
}

func borders(colour string, top, bottom int) string {
	return fmt.Sprintf(`<w:pBdr><w:top w:val="single" w:sz="%d" w:space="1" w:color="%s"/><w:bottom w:val="single" w:sz="%d" w:space="1" w:color="%s"/></w:pBdr>`, top, colour, bottom, colour)
}

func styles() string {
	var b strings.Builder
	b.WriteString(`<w:styles ` + wordSpace + `><w:docDefaults><w:rPrDefault><w:rPr>` + fonts(fang) + `<w:lang w:val="zh-CN" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults>`)
	write(&b, style{id: "Normal", name: "Normal", font: fang, size: size3, first: 640, align: "both"}, true)
	for _, s := range sheet {
		write(&b, s, false)
	}
	line := func(side string) string {
		return `<w:` + side + ` w:val="single" w:sz="4" w:space="0" w:color="auto"/>`
	}
	b.WriteString(`<w:style w:type="table" w:styleId="Grid"><w:name w:val="Table Grid"/><w:tblPr><w:tblBorders>` +
		line("top") + line("left") + line("bottom") + line("right") + line("insideH") + line("insideV") +
		`</w:tblBorders><w:tblCellMar><w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>`)
	return b.String() + `</w:styles>`
}

func fonts(name string) string {
	return `<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="` + name + `" w:cs="Times New Roman"/>`
}

// write writes a style; the order of the elements is the schema's.
func write(b *strings.Builder, s style, standard bool) {
	kind := ""
	if standard {
		kind = ` w:default="1"`
	}
	fmt.Fprintf(b, `<w:style w:type="paragraph"%s w:styleId="%s"><w:name w:val="%s"/><w:qFormat/><w:pPr>`, kind, s.id, s.name)
	keep, rest := strings.CutPrefix(s.extra, `<w:keepNext/>`)
	if rest {
		b.WriteString(`<w:keepNext/>`)
	}
	b.WriteString(`<w:widowControl w:val="0"/>` + keep + `<w:snapToGrid w:val="0"/>`)
	exact := s.line
	if exact == 0 {
		exact = pitch
	}
	fmt.Fprintf(b, `<w:spacing w:before="%d" w:after="%d" w:line="%d" w:lineRule="exact"/>`, s.before, s.after, exact)
	fmt.Fprintf(b, `<w:ind w:left="%d" w:right="%d" w:firstLine="%d"/>`, s.left, s.right, s.first)
	if s.align != "" {
		fmt.Fprintf(b, `<w:jc w:val="%s"/>`, s.align)
	}
	if s.level > 0 {
		fmt.Fprintf(b, `<w:outlineLvl w:val="%d"/>`, s.level-1)
	}
	b.WriteString(`</w:pPr><w:rPr>` + fonts(s.font))
	if s.colour != "" {
		b.WriteString(`<w:color w:val="` + s.colour + `"/>`)
	}
	if !s.loose {
		b.WriteString(`<w:spacing w:val="-5"/>`)
	}
	fmt.Fprintf(b, `<w:sz w:val="%d"/><w:szCs w:val="%d"/></w:rPr></w:style>`, s.size, s.size)
}
