package pass

import (
	"errors"
	"strings"
	"testing"
	"time"

	"lianyuan/domain/parameter"
	"lianyuan/platform/fault"
)

// The columns are what somebody wrote, and each field has a value of its kind.
func TestColumnsOf(t *testing.T) {
	cols, err := ColumnsOf("序号=index| 车牌 =plate|颜色=colour|出发=outFrom|层级=level|备注=")
	if err != nil || len(cols) != 6 || cols[1] != (TollColumn{"车牌", "plate"}) || cols[5] != (TollColumn{"备注", ""}) {
		t.Fatalf("%+v, %v", cols, err)
	}
	at := time.Date(2026, 6, 18, 2, 0, 0, 0, time.UTC)
	list := TollList{Columns: cols, Passes: []Pass{{Plate: "渝A00017", Colour: "blue", OutFrom: at, Toll: Toll{Level: "ministry"}}}}
	if got := list.Lines(); strings.Join(got[0], ",") != "序号,车牌,颜色,出发,层级,备注" || strings.Join(got[1], ",") != "1,渝A·00017,蓝牌,2026-06-18 10:00,应急管理部," {
		t.Errorf("%v", got)
	}
	for text, code := range map[string]string{
		"": "column_form", "车牌": "column_form", "=plate": "column_title", strings.Repeat("长", 41) + "=plate": "column_title", "车牌=licence": "column_field",
		"车牌=plate|车牌=kind": "column_twice", "编号=number": "column_plate", "车牌=plate|" + strings.Repeat("x", 40): "column_form",
	} {
		var f *fault.Error
		if _, err := ColumnsOf(text); !errors.As(err, &f) || len(f.Fields) != 1 || f.Fields[0].Code != code {
			t.Errorf("%q: %v, want %s", text, err, code)
		}
	}
}

// What the catalogue gives is a form, and its fields are those that the page offers.
func TestColumnsOfTheCatalogue(t *testing.T) {
	for _, k := range parameter.Keys() {
		if k.Name != tollColumns {
			continue
		}
		if cols, err := ColumnsOf(k.Default); err != nil || len(cols) != 15 {
			t.Errorf("%d columns, %v", len(cols), err)
		}
		return
	}
	t.Error("the catalogue has no columns")
}
