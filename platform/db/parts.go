package db

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"lianyuan/platform/clock"
	"lianyuan/platform/fault"
)

// Parts are named conditions on the rows of one table. What counts a part and what lists its rows read the same words, so
// that a number and its rows cannot come apart. In a condition $at stands for a moment.
type Parts map[string]string

// Of is the condition of a part at a moment. An unknown name is the fault of whoever asked for it in an address.
func (p Parts) Of(name string, at time.Time) (string, error) {
	cond, known := p[name]
	if !known {
		return "", fault.InvalidField("query.figure", "figure_unknown", "没有这个统计数字", "there is no such figure")
	}
	return "(" + strings.ReplaceAll(cond, "$at", strconv.FormatInt(clock.Micro(at), 10)) + ")", nil
}

// And is Of for a condition that goes on; nothing for the name "".
func (p Parts) And(name string, at time.Time) (string, error) {
	if name == "" {
		return "", nil
	}
	cond, err := p.Of(name, at)
	return " AND " + cond, err
}

// Count is how many rows stand in each of the parts, of those that from and where choose.
func (p Parts) Count(tx *Tx, at time.Time, names []string, from, where string, args ...any) (map[string]int, error) {
	counts := make(map[string]int, len(names))
	sums, into := make([]string, len(names)), make([]any, len(names))
	found := make([]int, len(names))
	for i, name := range names {
		cond, err := p.Of(name, at)
		if err != nil {
			return nil, err
		}
		sums[i], into[i] = fmt.Sprintf("coalesce(sum(CASE WHEN %s THEN 1 ELSE 0 END), 0)", cond), &found[i]
	}
	if err := tx.Get("SELECT "+strings.Join(sums, ", ")+" FROM "+from+" WHERE "+where, args, into...); err != nil {
		return nil, err
	}
	for i, name := range names {
		counts[name] = found[i]
	}
	return counts, nil
}
