package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"lianyuan/platform/geo"
)

// sample writes a country of one county and reads it back.
func sample(t *testing.T, villages string) (*divisionList, error) {
	t.Helper()
	dir := t.TempDir()
	for name, body := range map[string]string{
		"provinces.csv": "code,name\n50,\"重庆市\"\n",
		"cities.csv":    "code,name\n5001,\"市辖区\"\n",
		"areas.csv":     "code,name\n500110,\"綦江区\"\n500155,\"梁平区\"\n",
		"streets.csv":   "code,name\n500110002,\"文龙街道\"\n500110001,\"古南街道\"\n",
		"villages.csv":  villages,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return readDivisions(dir)
}

func TestListIsSortedAndChecked(t *testing.T) {
	list, err := sample(t, "code,name\n500110001001,\"百步梯社区居民委员会\"\n")
	if err != nil {
		t.Fatal(err)
	}
	if list.upper[3][0].name != "古南街道" {
		t.Errorf("towns not sorted: %v", list.upper[3])
	}
	for _, bad := range []string{
		"code,name\n500110009001,\"没有街道\"\n",
		"code,name\n500110001001,\"甲\"\n500110001001,\"乙\"\n",
		"code,name\n500110001001,\"\"\n",
		"code,name\nx,\"甲\"\n",
	} {
		if _, err := sample(t, bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestPackingIsRepeatable(t *testing.T) {
	list, err := sample(t, "code,name\n500110001001,\"百步梯社区居民委员会\"\n500110002001,\"双龙村村民委员会\"\n")
	if err != nil {
		t.Fatal(err)
	}
	for name, pack := range map[string]func() ([]byte, error){"upper": list.packUpper, "villages": list.packVillages} {
		a, err1 := pack()
		b, err2 := pack()
		if err1 != nil || err2 != nil || !bytes.Equal(a, b) || len(a) == 0 {
			t.Errorf("%s: %v %v, %d and %d bytes", name, err1, err2, len(a), len(b))
		}
	}
}

func TestIdentifyWithinCity(t *testing.T) {
	list, err := sample(t, "code,name\n")
	if err != nil {
		t.Fatal(err)
	}
	outline := func(code, name string) feature {
		var f feature
		f.Properties.Adcode, f.Properties.Name, f.Properties.Source = code, name, "chongqing"
		return f
	}
	got := identify([]feature{outline("500110", "綦江区"), outline("", "梁平县"), outline("", "别处县")}, list)
	if got[0] != 500110 || got[1] != 500155 || got[2] != 0 {
		t.Errorf("got %v", got)
	}
	twice := identify([]feature{outline("500110", "綦江区"), outline("", "梁平县"), outline("", "梁平区")}, list)
	if twice[1] != 0 || twice[2] != 0 {
		t.Errorf("a code claimed twice was given: %v", twice)
	}
}

func TestQuantiseDropsRepeats(t *testing.T) {
	ring := geo.Ring{{Lon: 1, Lat: 1}, {Lon: 1.001, Lat: 1}, {Lon: 2, Lat: 1}, {Lon: 2, Lat: 2}, {Lon: 1, Lat: 1}}
	if got := quantise(ring, 10); len(got) != 3 || got[1] != [2]int64{20, 10} {
		t.Errorf("got %v", got)
	}
}
