package app

import (
	"time"

	"lianyuan/domain/access"
	"lianyuan/domain/parameter"
)

// The parameters of signing in, within bounds that nobody sets by mistake: an installation that lets everybody guess, or
// nobody in.
const (
	sessionIdle    = "access.session_idle"
	sessionWhole   = "access.session_whole"
	wrongPasswords = "access.wrong_passwords"
	lockedFor      = "access.locked_for"
	enrolWithin    = "access.enrol_within"
	strangersKept  = "access.strangers_kept"
)

// goBy answers the limits that access asks for with the parameters of the place that runs this installation: access ranks
// below them.
func (a *App) goBy() {
	for key, within := range map[string][2]int{
		sessionIdle: {5, 24 * 60}, sessionWhole: {1, 30}, wrongPasswords: {3, 20}, lockedFor: {1, 24 * 60}, enrolWithin: {1, 30}, strangersKept: {1, 365},
	} {
		a.Parameters.Check(key, parameter.Between(within[0], within[1]))
	}
	a.Access.GoBy(func(at time.Time) (l access.Limits, err error) {
		home := a.home()
		for key, into := range map[string]*time.Duration{sessionIdle: &l.SessionIdle, lockedFor: &l.LockedFor} {
			if *into, _, err = a.Parameters.Minutes(home, key, at); err != nil {
				return l, err
			}
		}
		for key, into := range map[string]*time.Duration{sessionWhole: &l.SessionWhole, enrolWithin: &l.EnrolWithin, strangersKept: &l.StrangersKept} {
			if *into, _, err = a.Parameters.Days(home, key, at); err != nil {
				return l, err
			}
		}
		wrong, _, err := a.Parameters.Number(home, wrongPasswords, at)
		l.WrongBefore = int(wrong)
		return l, err
	})
}
