package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lianyuan/api"
	"lianyuan/app/apptest"
	"lianyuan/domain/access"
)

// looks gives the full names that a search finds.
func looks(c *apptest.Client, path, query, more string) []string {
	var full []string
	for _, p := range apptest.Read[api.PageOf[api.Place]](c.Get(path + "?q=" + url.QueryEscape(query) + more).Want(http.StatusOK)).Items {
		full = append(full, p.Full)
	}
	return full
}

// A desk finds a village of its own, then those around; the public form those around the place or point it knows.
func TestPlacesAreFoundByNameWhereOneStands(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		const (
			staff, public = "/places", "/public/places"
			beidu         = "重庆市綦江区古南街道北渡社区居民委员会"
			bailu         = "重庆市涪陵区焦石镇白鹿村村民委员会"
			shaping       = "四川省绵阳市北川羌族自治县小坝镇沙坪村村民委员会"
		)
		w.Account("pengzhou", "骆青禾")
		w.Grant("pengzhou", access.Grant{Role: access.Duty, Place: "/51/5101/510182/"})
		pengzhou := w.As("pengzhou")
		for _, c := range []struct {
			who               *apptest.Client
			path, query, more string
			want              string // the first; "": nothing
		}{
			{w.As("qijiang"), staff, "北渡社区", "", beidu},
			{w.As("qijiang"), staff, "北渡", "", beidu},
			{w.As("qijiang"), staff, "白鹿村", "", bailu},
			{w.As("office"), staff, "白鹿村", "", bailu},
			{w.As("auditor"), staff, "白鹿村", "", bailu}, // whose grant is for the whole country: from this installation
			{pengzhou, staff, "沙坪村", "", shaping},
			{pengzhou, staff, "白鹿村", "", ""},
			{pengzhou, staff, "白鹿村", "&near=500110", bailu},
			{pengzhou, staff, "白鹿村", "&near=500110001", bailu},
			{pengzhou, staff, "白鹿村", "&within=500102", bailu},
			{w.As("qijiang"), staff, "白鹿村", "&within=500110", ""},
			{w.As("qijiang"), staff, "500110001007", "", beidu},
			{w.Public(), public, "北渡", "", beidu},
			{w.Public(), public, "沙坪村", "&near=510182", shaping},
			{w.Public(), public, "沙坪村", "&lon=103.96&lat=30.99", shaping},
			{w.Public(), public, "白鹿村", "&lon=103.96&lat=30.99", ""},
			{w.Public(), public, "白鹿村", "&lon=103.96&lat=30.99&near=500110", bailu},
			{w.Public(), public, "白鹿村", "&lon=0.5&lat=0.5", bailu}, // a point that is nowhere
		} {
			found := looks(c.who, c.path, c.query, c.more)
			if c.want == "" && len(found) > 0 || c.want != "" && (len(found) == 0 || found[0] != c.want) {
				t.Errorf("%s %q %s: %v, not %s", c.path, c.query, c.more, found, c.want)
			}
		}
		for _, path := range []string{staff, public} {
			for _, field := range []string{"near", "within"} {
				for _, bad := range []string{"999999", "xyz", "500110999"} {
					w.As("qijiang").Get(path+"?q=x&"+field+"="+bad).Want(http.StatusUnprocessableEntity).Names("query."+field, "place_unknown")
				}
			}
		}
	})
}

// How many counties one search reads, and how often one address may search without an account, are parameters.
func TestPlaceSearchKeepsToItsParameters(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		setFor(w, "place.search_counties", "1")
		if found := looks(w.As("qijiang"), "/places", "白鹿村", ""); len(found) > 0 {
			t.Errorf("one county read, found %v", found)
		}
		if found := looks(w.As("qijiang"), "/places", "北渡社区", ""); len(found) != 1 || !strings.HasPrefix(found[0], "重庆市綦江区") {
			t.Errorf("in the own county: %v", found)
		}
		if found := looks(w.Public(), "/public/places", "白鹿村", "&near=500110"); len(found) != 1 {
			t.Errorf("the public reads more counties than a desk: %v", found)
		}
		setFor(w, "place.public_search_counties", "1")
		if found := looks(w.Public(), "/public/places", "白鹿村", "&near=500110"); len(found) > 0 {
			t.Errorf("without an account, one county read, found %v", found)
		}
		setFor(w, "place.public_searches_per_minute", "4")
		for range 2 {
			looks(w.Public(), "/public/places", "北渡", "")
		}
		w.Public().Get("/public/places?q=x").Refused(http.StatusTooManyRequests, "too_many")
	})
}
