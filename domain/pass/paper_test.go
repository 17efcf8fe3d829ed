package pass

import (
	"bytes"
	"cmp"
	"crypto/ed25519"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"lianyuan/domain/equipment"
	"lianyuan/domain/place"
	"lianyuan/platform/document/pdftest"
	"lianyuan/platform/pdf"
)

// aPaper is a pass to print, with what a test changes.
func aPaper(t *testing.T, change func(*Paper)) Paper {
	t.Helper()
	at := time.Date(2026, 6, 18, 2, 0, 0, 0, time.UTC)
	p := Paper{
		Pass: Pass{
			Vouched: true,
			Number:  "TX-A0123", Plate: "渝B00082", Colour: "yellow", Kind: "boat_trailer", Purpose: "rescue", Crew: 3, Load: "冲锋舟 1 艘", Route: "南川—綦江，渝黔高速",
			TeamName: "石角救援队", OutFrom: at, OutTo: at.Add(12 * time.Hour), BackFrom: at.Add(24 * time.Hour), BackTo: at.Add(72 * time.Hour), CreatedAt: at,
			State: "valid", Toll: Toll{State: "on_list", Receipt: "渝应急通〔2026〕12号", ReceiptAt: time.Date(2026, time.June, 18, 3, 0, 0, 0, time.UTC)},
		},
		DriverName: "余知秋", To: "重庆市綦江区", IncidentNumber: "SJ-A0002", IncidentName: "綦江暴雨", Issuer: "綦江区现场指挥部",
	}
	change(&p)
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	code, err := Token{
		Number: p.Number, Plate: p.Plate, Colour: p.Colour, Kind: p.Kind, OutFrom: p.OutFrom, OutTo: p.OutTo, BackFrom: p.BackFrom, BackTo: p.BackTo,
		Destination: "500110", Incident: p.IncidentNumber, To: nameInCode(p.To), Issuer: nameInCode(p.Issuer), Drill: p.Drill,
	}.Sign(private)
	if err != nil {
		t.Fatal(err)
	}
	p.Code, p.Key = cmp.Or(p.Code, code), signedWith(code)
	return p
}

func drawn(t *testing.T, english bool, list ...Paper) (file []byte, read pdftest.Paper) {
	t.Helper()
	var out bytes.Buffer
	if err := Print(&out, list, english); err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), pdftest.Read(t, out.Bytes())
}

// A sheet says what the pass says, in the language that was asked for; what does not count is not said.
func TestWhatASheetSays(t *testing.T) {
	plain := func(*Paper) {}
	for name, tt := range map[string]struct {
		change  func(*Paper)
		english bool
		says    []string
		not     []string
	}{
		"valid": {plain, false, []string{
			"社会应急力量车辆通行证", "TX-A0123", "渝B·00082", "黄牌", "舟艇拖车", "2026-06-1810:00至2026-06-1822:00", "2026-06-1910:00至2026-06-2110:00", "准予进入有效",
			"已列入名单", "回执编号渝应急通〔2026〕12号", "石角救援队", "余知秋乘员3人", "冲锋舟1艘", "南川—綦江，渝黔高速", "重庆市綦江区", "SJ-A0002綦江暴雨", "綦江区现场指挥部", "抢险救援",
		}, []string{"演练", "已撤销", "已过期", "〓"}},
		"in English": {plain, true, []string{"Vehiclepass", "TX-A0123", "渝B·00082", "Yellow", "Boattrailer", "2026-06-1810:00to2026-06-1822:00", "onthelist", "3aboard", "Mayenter"}, []string{"黄牌", "有效"}},
		"a drill":    {func(p *Paper) { p.Drill = true }, false, []string{"演练"}, []string{"已撤销"}},
		"refund asked": {func(p *Paper) {
			p.Toll.State, p.Toll.Refund, p.Toll.RefundAt = "refund_asked", "GD-77", p.Toll.ReceiptAt.AddDate(0, 0, 9)
		}, false, []string{"已申请退费", "退费编号GD-772026-06-27", "回执编号渝应急通〔2026〕12号2026-06-18"}, nil},
		"revoked":                     {func(p *Paper) { p.State, p.Why = "revoked", "改派" }, false, []string{"已撤销", "改派"}, []string{"有效"}},
		"revoked, in English":         {func(p *Paper) { p.State, p.Why = "revoked", "改派" }, true, []string{"revoked", "改派"}, nil},
		"replaced":                    {func(p *Paper) { p.State, p.Why = "revoked", replacedWhy }, false, []string{"已换发返程通行证"}, nil},
		"replaced, in English":        {func(p *Paper) { p.State, p.Why = "revoked", replacedWhy }, true, []string{"Anotherpasswasissuedforthewayback"}, []string{"已换发"}},
		"not on the list":             {func(p *Paper) { p.Toll = Toll{State: "not_asked", Why: notOnListWhy} }, false, []string{notOnListWhy}, nil},
		"not on the list, in English": {func(p *Paper) { p.Toll = Toll{State: "not_asked", Why: notOnListWhy} }, true, []string{"senditagain"}, []string{"名单"}},
		"nobody vouches, in English":  {func(p *Paper) { p.Vouched = false }, true, []string{"notletthrough", "Theofferisnotapproved"}, []string{"不予放行", "获批准"}},
		"run out":                     {func(p *Paper) { p.Lapsed = true }, false, []string{"已过期"}, []string{"有效"}},
		"nobody vouches":              {func(p *Paper) { p.Vouched = false }, false, []string{"不予放行", notVouchedWhy}, []string{"有效"}},
		"nobody named":                {func(p *Paper) { p.DriverName, p.Toll = "", Toll{State: "not_asked"} }, false, []string{"乘员3人", "未申请"}, []string{"余知秋", "驾驶员", "回执"}},
		"a rare name":                 {func(p *Paper) { p.DriverName = "王𬭳" }, false, []string{"王〓乘员3人", "〓为字库没有的字，依次为U+2CB73"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			p := aPaper(t, tt.change)
			_, got := drawn(t, tt.english, p)
			for _, want := range append(tt.says, p.Key) {
				if !strings.Contains(got.Drawn, want) {
					t.Errorf("%q does not stand on it: %s", want, got.Drawn)
				}
			}
			for _, no := range tt.not {
				if strings.Contains(got.Drawn, no) {
					t.Errorf("%q stands on it: %s", no, got.Drawn)
				}
			}
			if len(got.Pages) != 1 || !strings.Contains(got.Info, "(A4)") {
				t.Errorf("%d pages: %s", len(got.Pages), got.Info)
			}
		})
	}
}

// However long what people wrote is, it stays on one sheet, and what is cut says so.
func TestLongWordsStayOnTheSheet(t *testing.T) {
	p := aPaper(t, func(p *Paper) {
		p.Route, p.Load, p.TeamName = strings.Repeat("渝黔高速至綦江北，", 22), strings.Repeat("救生衣和抛投器", 14), strings.Repeat("綦江", 30)
		p.To, p.IncidentName, p.Issuer, p.Toll.Receipt = strings.Repeat("重庆市綦江区", 8), strings.Repeat("暴雨洪涝", 15), strings.Repeat("现场指挥部", 12), strings.Repeat("1234", 20)
	})
	_, got := drawn(t, false, p)
	for _, want := range []string{p.Route, p.Load, p.TeamName, p.To, p.IncidentName, p.Issuer, p.Toll.Receipt} {
		if !strings.Contains(got.Drawn, want) {
			t.Errorf("%s is not whole: %s", want, got.Drawn)
		}
	}
	for _, w := range got.Pages[0].Words {
		if w.XMin < 30 || w.XMax > got.Pages[0].Width-30 || w.YMin < 20 || w.YMax > got.Pages[0].Height-10 {
			t.Errorf("%+v stands off the sheet", w)
		}
	}
	_, got = drawn(t, false, aPaper(t, func(p *Paper) { p.State, p.Why = "revoked", strings.Repeat("车辆故障改派", 33) }))
	if !strings.Contains(got.Drawn, "…") {
		t.Errorf("what is cut does not say so: %s", got.Drawn)
	}
}

// Several passes are so many sheets, each with its own; the same passes are the same bytes.
func TestSeveralSheets(t *testing.T) {
	list := []Paper{aPaper(t, func(*Paper) {}), aPaper(t, func(p *Paper) { p.Number, p.Plate, p.DriverName = "TX-A0124", "渝B00083", "王𬭳" })}
	file, got := drawn(t, false, list...)
	if len(got.Pages) != 2 || strings.Count(got.Drawn, "TX-A0123") != 1 || strings.Count(got.Drawn, "渝B·00083") != 1 {
		t.Errorf("%d pages: %s", len(got.Pages), got.Drawn)
	}
	if again, _ := drawn(t, false, list...); !bytes.Equal(file, again) {
		t.Error("two papers of the same passes differ")
	}
}

// Every colour, kind and purpose has its word, the one that the pages say.
func TestWordsAreThoseOfThePages(t *testing.T) {
	for file, of := range map[string]func(word) string{"zh-CN": func(w word) string { return w.zh }, "en": func(w word) string { return w.en }} {
		raw, err := os.ReadFile("../../web/src/app/locale/" + file + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var page struct {
			PlateColour map[string]string
			VehicleKind map[string]string
			Passes      struct{ PurposeOf map[string]string }
		}
		if err := json.Unmarshal(raw, &page); err != nil {
			t.Fatal(err)
		}
		for _, x := range []struct {
			keys   []string
			mine   map[string]word
			theirs map[string]string
		}{
			{equipment.Colours, colourWords, page.PlateColour}, {equipment.VehicleKinds, kindWords, page.VehicleKind}, {Purposes, purposeWords, page.Passes.PurposeOf},
		} {
			for _, key := range x.keys {
				if got := of(x.mine[key]); got == "" || got != x.theirs[key] {
					t.Errorf("%s: %s is %q here, %q on the page", file, key, got, x.theirs[key])
				}
			}
		}
	}
	for _, c := range equipment.Colours {
		if _, ok := plates[c]; !ok {
			t.Errorf("a plate in %s is not drawn", c)
		}
	}
}

// The names of provinces, prefectures, counties and towns print without 〓.
func TestNamesOfPlacesPrint(t *testing.T) {
	paper, err := pdf.New("", time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	paper.Sheet()
	tree, at := place.Base(), time.Date(2026, 6, 18, 0, 0, 0, 0, time.UTC)
	nation, _ := tree.ByPath(place.Root)
	names := map[rune]bool{}
	var walk func(of place.Code, deep int)
	walk = func(of place.Code, deep int) {
		for _, d := range tree.Children(of, at) {
			for _, r := range d.Name {
				names[r] = true
			}
			if deep > 1 {
				walk(d.Code, deep-1)
			}
		}
	}
	walk(nation.Code, 4)
	if len(names) < 3000 {
		t.Fatalf("%d characters only", len(names))
	}
	for r := range names {
		paper.Text(pdf.Box{W: 9, H: 9}, string(r), pdf.Style{Size: 10})
	}
	if lacks := paper.Lacks(); len(lacks) > 0 {
		t.Errorf("the font lacks %q", lacks)
	}
}
