package api

import (
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"lianyuan/platform/proof"
)

// proofHeader carries a challenge to the public form, in a flood alone, and the work that was done for it back.
const proofHeader = "Lianyuan-Proof"

// FloodStats count the reports that came in a flood, with the proof of work that was asked for and without it.
type FloodStats struct{ Proven, Unproven atomic.Int64 }

// Flood is what was counted on this node since it started.
func (a *API) Flood() *FloodStats { return &a.flood }

// Reports are the public reports in a minute, over all nodes.
func (a *API) Reports() int { return a.limits.Flow("reports", 0) }

// ProofBits is how much work is asked of the public form now; 0 in calm. More public reports are counted first.
func (a *API) ProofBits(more int) (int, error) {
	n := a.limits.Flow("reports", more)
	flood, err := a.rate("need.flood_reports_per_minute")
	if err != nil || n <= flood {
		return 0, err
	}
	least, err := a.rate("need.proof_bits_least")
	if err != nil {
		return 0, err
	}
	most, err := a.rate("need.proof_bits_most")
	return proof.Bits(n, flood, least, most), err
}

// unproven counts a public report and says whether it lacks the proof of work that a flood asks for. It is taken all the same.
func (a *API) unproven(record, work string) (bool, error) {
	bits, err := a.ProofBits(1)
	if err != nil || bits == 0 {
		return false, err
	}
	grace, err := a.rate("need.proof_grace")
	if err != nil {
		return false, err
	}
	if a.s.Challenges.Done(work, record, a.s.Clock.Now(), time.Duration(grace)*time.Minute) {
		a.flood.Proven.Add(1)
		return false, nil
	}
	a.flood.Unproven.Add(1)
	return true, nil
}

// challenge puts the challenge of a flood on every answer that the public pages fetch anyway: in calm there is none, and
// nobody has to ask whether there is one.
func (a *API) challenge(w http.ResponseWriter, r *http.Request) {
	if !strings.HasPrefix(r.URL.Path, "/api/v1/public/") {
		return
	}
	if bits, err := a.ProofBits(0); err == nil && bits > 0 { // an unreadable parameter shows where a report is taken
		w.Header().Set(proofHeader, a.s.Challenges.At(a.s.Clock.Now(), bits))
	}
}
