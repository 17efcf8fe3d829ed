package main

import (
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"
)

// What people in need write: invented, about forty characters each.
var texts = []string{
	"河水已经漫进一楼，我们在二楼平台，家里有老人走不动，手机快没电了，请尽快派船来接。",
	"后山滑坡把出村的路堵死了，院子里裂缝还在变宽，六户人家都在晒坝上等，不敢回屋里去。",
	"父亲从楼梯上摔下来腿断了，一直在出血，水太深我们背不出去，急需医生和冲锋舟救援。",
	"昨晚到现在联系不上住在河边的外婆，她一个人在家，邻居说那一排房子都被水淹到了窗台。",
	"我们十几个人被困在学校三楼，饮用水和吃的都没有了，有两个孩子在发烧，请送药和奶粉来。",
	"房子墙体开裂倾斜，楼下全是淤泥，门打不开，屋里还有孕妇，请来人帮忙把我们转移出去。",
}

var kinds = []string{"trapped_water", "house_danger", "injured", "missing", "no_water_food", "house_danger"}

var vulnerable = []string{`["elder"]`, `["elder","infant"]`, `["sick"]`, `["elder","disabled"]`, `["infant","sick"]`, `["pregnant"]`}

// Middles of some districts and counties of Chongqing, away from their borders.
var middles = [][2]float64{
	{106.6512, 29.0281},
	{107.0983, 29.1566},
	{106.5687, 29.5530},
	{106.4571, 29.5410},
	{106.2593, 29.2901},
	{105.9270, 29.3560},
	{106.2763, 29.9720},
	{107.3949, 29.7031},
	{108.4087, 30.8078},
	{107.7324, 29.8660},
}

// caller makes the requests of one connection; each has a fresh UUIDv7, phone and point. Not for concurrent use.
type caller struct {
	host string
	run  [2]byte // the same in all ids of a run
	rand *rand.Rand
	body []byte
	buf  []byte
}

func newCaller(host string, run [2]byte, seed uint64) *caller {
	return &caller{host: host, run: run, rand: rand.New(rand.NewPCG(seed, uint64(time.Now().UnixNano())))}
}

// request is one report, ready to be sent; it is good until the next call. The number stands in the last eight digits
// of the id, for those who want to know the report again.
func (c *caller) request(n uint32) []byte {
	i := c.rand.IntN(len(texts))
	m := middles[c.rand.IntN(len(middles))]
	b := append(c.body[:0], `{"id":"`...)
	b = c.appendID(b, n)
	b = append(append(b, `","kind":"`...), kinds[i]...)
	b = append(append(b, `","text":"`...), texts[i]...)
	b = append(b, `","people":`...)
	b = strconv.AppendInt(b, int64(1+c.rand.IntN(18)), 10)
	b = append(append(b, `,"vulnerable":`...), vulnerable[i]...)
	b = append(b, `,"phone":"138`...)
	b = strconv.AppendInt(b, int64(10000000+c.rand.IntN(89999999)), 10)
	b = append(b, `","point":{"lon":`...)
	b = strconv.AppendFloat(b, m[0]+(c.rand.Float64()-0.5)/50, 'f', 6, 64)
	b = append(b, `,"lat":`...)
	b = strconv.AppendFloat(b, m[1]+(c.rand.Float64()-0.5)/50, 'f', 6, 64)
	b = append(b, `,"accuracy":20,"source":"gps"},"clientTime":"`...)
	b = time.Now().UTC().AppendFormat(b, "2006-01-02T15:04:05.000Z07:00")
	b = append(b, `"}`...)
	c.body = b
	c.buf = append(appendHead(c.buf[:0], "POST", "/api/v1/public/reports", c.host, ""), "Content-Type: application/json\r\nContent-Length: "...)
	c.buf = append(strconv.AppendInt(c.buf, int64(len(b)), 10), "\r\n\r\n"...)
	c.buf = append(c.buf, b...)
	return c.buf
}

// appendID appends a UUIDv7: milliseconds, the run, random bits, the number.
func (c *caller) appendID(b []byte, n uint32) []byte {
	ms, r := uint64(time.Now().UnixMilli()), c.rand.Uint32()
	raw := [16]byte{
		byte(ms >> 40), byte(ms >> 32), byte(ms >> 24), byte(ms >> 16), byte(ms >> 8), byte(ms),
		0x70 | byte(r)&0x0f, byte(r >> 8), 0x80 | byte(r>>16)&0x3f, byte(r >> 24), c.run[0], c.run[1],
		byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n),
	}
	for i, part := range [][]byte{raw[:4], raw[4:6], raw[6:8], raw[8:10], raw[10:]} {
		if i > 0 {
			b = append(b, '-')
		}
		b = hex.AppendEncode(b, part)
	}
	return b
}

// appendHead appends a request line and the headers that a phone's browser would send, without the blank line.
func appendHead(b []byte, method, path, host, cookie string) []byte {
	b = fmt.Appendf(b, "%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: lianyuan-bench\r\nAccept: */*\r\nAccept-Language: zh-CN\r\n", method, path, host)
	if cookie != "" {
		b = fmt.Appendf(b, "Cookie: %s\r\n", cookie)
	}
	return b
}
