package input_test

import (
	"testing"

	"lianyuan/platform/input"
)

func TestNumbersOfPersons(t *testing.T) {
	for text, want := range map[string][2]bool{
		"沙溪路老人需转移":                    {false, false},
		"打 13800000001 找他":            {true, false},
		"１３８ ００００ ０００１":               {true, false},
		"138-0000-0001":               {true, false},
		"+86 138 0000 0001":           {true, false},
		"值班室023-67000000":             {true, false},
		"（023）67000000":               {true, false},
		"身份证500110198001010019":       {false, true},
		"50011019800101001X，本人":       {false, true},
		"500110 19800101 0019":        {false, true},
		"请打 119 或 120":                {false, false},
		"G75 兰海高速 1140 公里处，2 号楼 3 单元": {false, false},
		"2026-11-25 23:13 起，30 人":     {false, false},
		"需 1200 瓶水、350 床被褥":           {false, false},
		"编号 XQ-A0001":                 {false, false},
	} {
		if got := [2]bool{input.HasPhone(text), input.HasIdentity(text)}; got != want {
			t.Errorf("%q: phone, identity %v, want %v", text, got, want)
		}
	}
}

func TestNumbersToCall(t *testing.T) {
	for text, want := range map[string]bool{"119": true, "023-00000110": true, "０２３ ００００": true, "1740 值班": true, "": true, "值班室": false, "12": false} {
		var c input.Check
		if c.Number(&text, "number", 40, false); (c.Err() == nil) != want {
			t.Errorf("%q: %v", text, c.Err())
		}
	}
}

func TestWithoutPhones(t *testing.T) {
	for text, want := range map[string]string{
		"沙溪路 12 号": "沙溪路 12 号", "沙溪路 12 号 138-0000-0001": "沙溪路 12 号 …", "二楼，１３８０００００００１ 找余": "二楼，… 找余", "值班 023-67000000": "值班 …",
	} {
		if got := input.WithoutPhones(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
