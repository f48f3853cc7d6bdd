#include <gtest/gtest.h>

#include <vector>

#include "contract/cinema.hpp"

// Each feature of the REST dialect over the film archive: what it gives, and how it is refused; before and
// after the data folder was closed.

namespace holdfast::testing {
namespace {

using Headers = Portal::Headers;

// A read and its outcome: rows as compact JSON, or the error's code.
struct Read {
  const char* target;
  const char* expected;
};

class RestDialect : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (GetParam()) cinema_.reopen();
  }

  records::RestResponse get(const std::string& target, Headers headers = {}) {
    return cinema_.send({.target = target, .who = service_, .headers = std::move(headers)});
  }
  records::RestResponse write(const std::string& method, const std::string& target, const std::string& body,
                              Headers headers = {}) {
    return cinema_.send(
        {.method = method, .target = target, .who = service_, .body = body, .headers = std::move(headers)});
  }
  static std::string outcome(const records::RestResponse& response) {
    return response.status < 300 ? compact(response.body) : code_of(response);
  }
  void expect(const std::vector<Read>& reads) {
    for (const auto& [target, expected] : reads) EXPECT_EQ(outcome(get(target)), expected) << target;
  }

  const base::Principal service_ = Portal::service();
  Cinema cinema_;
};

INSTANTIATE_TEST_SUITE_P(Embedded, RestDialect, ::testing::Bool(),
                         [](const auto& which) { return which.param ? "closed_and_reopened" : "open"; });

TEST_P(RestDialect, select_takes_columns_aliases_casts_and_json_paths) {
  expect({
      {"/films?select=id,t:title&id=eq.1", R"([{"id":1,"t":"Cleo"}])"},
      {"/films?select=id::text,y:year::text&id=eq.1", R"([{"id":"1","y":"1962"}])"},
      {"/films?select=details-%3Eruntime&id=eq.1", R"([{"runtime":90}])"},
      {"/films?select=details-%3E%3Eruntime&id=eq.1", R"([{"runtime":"90"}])"},
      {"/films?select=star:details-%3Ecast-%3E%3E0&id=eq.1", R"([{"star":"Corinne"}])"},
      {"/films?select=details-%3Ecast-%3E%3E-1&id=eq.1", R"([{"cast":"Antoine"}])"},
      {"/films?select=details-%3Ecast-%3E9&id=eq.1", R"([{"cast":null}])"},
      {"/films?select=notes-%3E%3Eshelf&id=eq.1", R"([{"shelf":"[1, 2]"}])"},
      {"/films?select=details-%3Eruntime::int&id=eq.1", R"([{"runtime":90}])"},
      {"/films?select=labels-%3E1&id=eq.1", R"([{"labels":"day"}])"},
      {"/films?select=*&id=eq.5",
       R"([{"id":5,"title":"Camera","year":1929,"score":null,"rating":null,"director_id":4,"details":null,"notes":null,"labels":null,"summary":null,"premiere":null}])"},
      {"/films?select=id&select=title&id=eq.1", R"([{"id":1}])"},
      {"/films?select=nope", "42703"},
      {"/films?select=id::nope", "42704"},
      {"/films?select=id,,title", "PGRST100"},
      {"/films?select=id:", "PGRST100"},
  });
}

TEST_P(RestDialect, embedding_follows_foreign_keys_both_ways) {
  expect({
      {"/films?select=title,directors(name)&id=in.(1,6)&order=id",
       R"([{"title":"Cleo","directors":{"name":"Agnes"}},{"title":"Lost reel","directors":null}])"},
      {"/directors?select=name,films(title)&id=eq.2&films.order=year.desc",
       R"([{"name":"Bong","films":[{"title":"Parasite"},{"title":"Host"}]}])"},
      {"/films?select=title,budgets(amount)&id=eq.2", R"([{"title":"Host","budgets":{"amount":11000000}}])"},
      {"/films?select=title,actors(name)&id=eq.3", R"([{"title":"Parasite","actors":[{"name":"Song"}]}])"},
      {"/actors?select=name,films(title)&id=eq.1&films.order=title",
       R"([{"name":"Song","films":[{"title":"Host"},{"title":"Parasite"}]}])"},
      {"/films?select=title,made_by:director_id(name)&id=eq.1",
       R"([{"title":"Cleo","made_by":{"name":"Agnes"}}])"},
      {"/directors?select=name,films(title,budgets(amount))&id=eq.3",
       R"([{"name":"Chloe","films":[{"title":"Nomads","budgets":{"amount":5000000}}]}])"},
      {"/directors?select=name,pupils:directors(name)&id=eq.1",
       R"([{"name":"Agnes","pupils":[{"name":"Bong"}]}])"},
      {"/directors?select=name,mentor_id(name)&id=eq.2", R"([{"name":"Bong","mentor_id":{"name":"Agnes"}}])"},
      {"/films?select=title,directors()&id=eq.1", R"([{"title":"Cleo"}])"},
      {"/recent?select=title,directors(name)&order=id&limit=1",
       R"([{"title":"Host","directors":{"name":"Bong"}}])"},
      {"/tallies?select=films,directors(name)&director_id=eq.2",
       R"([{"films":2,"directors":{"name":"Bong"}}])"},
      {"/newest?select=name,title&id=eq.2", R"([{"name":"Bong","title":"Parasite"}])"},
      {"/newest?select=name,films(title)&id=eq.1", R"([{"name":"Agnes","films":[{"title":"Cleo"}]}])"},
      {"/films?select=title,letters(*)", "PGRST200"},
  });
}

TEST_P(RestDialect, hints_say_which_of_several_relationships_is_meant) {
  expect({
      {"/letters?select=body,from:directors!letters_sender(name),to:directors!letters_receiver(name)&id=eq.1",
       R"([{"body":"Dear Bong","from":{"name":"Agnes"},"to":{"name":"Bong"}}])"},
      {"/letters?select=body,directors!sender_id(name)&id=eq.2",
       R"([{"body":"Dear Agnes","directors":{"name":"Bong"}}])"},
      {"/letters?select=body,letters_receiver(name)&id=eq.1",
       R"([{"body":"Dear Bong","letters_receiver":{"name":"Bong"}}])"},
      {"/directors?select=name,letters!letters_sender(body)&id=eq.2",
       R"([{"name":"Bong","letters":[{"body":"Dear Agnes"}]}])"},
      {"/films?select=title,actors!parts(name)&id=eq.4",
       R"([{"title":"Nomads","actors":[{"name":"Frances"}]}])"},
      {"/letters?select=body,directors(name)", "PGRST201"},
      {"/letters?select=body,directors!wrong(name)", "PGRST200"},
  });
  EXPECT_EQ(get("/letters?select=body,directors(name)").status, 300);
}

TEST_P(RestDialect, inner_embeds_filter_their_parents) {
  expect({
      {"/directors?select=name,films!inner(title)&films.year=gt.2010&order=name",
       R"([{"name":"Bong","films":[{"title":"Parasite"}]},{"name":"Chloe","films":[{"title":"Nomads"}]}])"},
      {"/films?select=title,directors!inner(name)&directors.name=eq.Agnes",
       R"([{"title":"Cleo","directors":{"name":"Agnes"}}])"},
      {"/films?select=title,directors!left(name)&directors.name=eq.Agnes&id=in.(1,2)&order=id",
       R"([{"title":"Cleo","directors":{"name":"Agnes"}},{"title":"Host","directors":null}])"},
      {"/films?select=title,d:directors!inner!director_id(name)&d.id=eq.3",
       R"([{"title":"Nomads","d":{"name":"Chloe"}}])"},
      {"/films?select=title&directors.name=eq.Agnes", "PGRST108"},
      {"/films?select=title,actors!inner()&actors.name=eq.Song&order=title",
       R"([{"title":"Host"},{"title":"Parasite"}])"},
      {"/films?select=title,budgets()&budgets=is.null&order=id",
       R"([{"title":"Cleo"},{"title":"Camera"},{"title":"Lost reel"}])"},
      {"/films?select=title,budgets(),directors()&or=(budgets.not.is.null,directors.is.null)&order=id",
       R"([{"title":"Host"},{"title":"Parasite"},{"title":"Nomads"},{"title":"Lost reel"}])"},
  });
}

TEST_P(RestDialect, spreads_put_an_embed_into_its_parent) {
  expect({
      {"/films?select=title,...directors(director:name)&id=eq.1", R"([{"title":"Cleo","director":"Agnes"}])"},
      {"/films?select=title,...directors(director:name,...mentor_id(mentor:name))&id=eq.4",
       R"([{"title":"Nomads","director":"Chloe","mentor":"Bong"}])"},
      {"/films?select=title,...directors(name)&id=eq.6", R"([{"title":"Lost reel","name":null}])"},
      {"/directors?select=name,...films(titles:title,year)&id=eq.2&films.order=year",
       R"([{"name":"Bong","titles":["Host","Parasite"],"year":[2006,2019]}])"},
      {"/films?select=...nothing_such(name)", "PGRST200"},
  });
}

TEST_P(RestDialect, every_operator_filters_as_in_postgresql) {
  expect({
      {"/films?select=id&year=eq.1962", R"([{"id":1}])"},
      {"/films?select=id&year=neq.1962&order=id", R"([{"id":2},{"id":3},{"id":4},{"id":5}])"},
      {"/films?select=id&year=gt.2019", R"([{"id":4}])"},
      {"/films?select=id&year=gte.2019&order=id", R"([{"id":3},{"id":4}])"},
      {"/films?select=id&year=lt.1962", R"([{"id":5}])"},
      {"/films?select=id&year=lte.1962&order=id", R"([{"id":1},{"id":5}])"},
      {"/films?select=id&title=like.*s*&order=id", R"([{"id":2},{"id":3},{"id":4},{"id":6}])"},
      {"/films?select=id&title=ilike.c*&order=id", R"([{"id":1},{"id":5}])"},
      {"/films?select=id&title=match.^[CH]&order=id", R"([{"id":1},{"id":2},{"id":5}])"},
      {"/films?select=id&title=imatch.^c&order=id", R"([{"id":1},{"id":5}])"},
      {"/films?select=id&title=in.(Cleo,%22Lost%20reel%22)&order=id", R"([{"id":1},{"id":6}])"},
      {"/films?select=id&id=in.()", "[]"},
      {"/films?select=id&year=is.null", R"([{"id":6}])"},
      {"/films?select=id&year=is.not_null&order=id&limit=1", R"([{"id":1}])"},
      {"/films?select=id&year=not.is.null&order=id.desc&limit=1", R"([{"id":5}])"},
      {"/budgets?select=film_id&paid=is.true&order=film_id", R"([{"film_id":2},{"film_id":3}])"},
      {"/budgets?select=film_id&paid=is.false", R"([{"film_id":4}])"},
      {"/budgets?select=film_id&paid=is.unknown", "[]"},
      {"/films?select=id&year=isdistinct.1962&order=id", R"([{"id":2},{"id":3},{"id":4},{"id":5},{"id":6}])"},
      {"/films?select=id&labels=cs.{river}", R"([{"id":2}])"},
      {"/films?select=id&labels=cd.{house,roof}&order=id", R"([{"id":3},{"id":4}])"},
      {"/films?select=id&labels=ov.{day,monster}&order=id", R"([{"id":1},{"id":2}])"},
      {"/films?select=id&details=cs.{%22color%22:true}", R"([{"id":2}])"},
      {"/films?select=id&rating=gt.everyone&order=id", R"([{"id":2},{"id":3},{"id":4}])"},
      {"/films?select=id&score=eq.8.50", R"([{"id":3}])"},
      {"/films?select=id&details-%3E%3Eruntime=eq.90", R"([{"id":1}])"},
      {"/films?select=id&details-%3Eruntime=gt.100&order=id", R"([{"id":2},{"id":3}])"},
      {"/films?select=id&id=eq(any).{1,3}&order=id", R"([{"id":1},{"id":3}])"},
      {"/films?select=id&title=like(all).{*a*,*e}&order=id", R"([{"id":3}])"},
      {"/films?select=id&id=not.in.(1,2,3,4)&order=id", R"([{"id":5},{"id":6}])"},
      {"/films?select=id&id=eq.x", "22P02"},
      {"/films?select=id&id=nope.1", "PGRST100"},
      {"/films?select=id&year=is.true", "42804"},
      {"/films?select=id&year=like.1*", "42883"},
      {"/films?select=id&year=sl.1", "42883"},
      {"/films?select=id&rating=eq.babies", "22P02"},
      {"/films?select=id&title=match.*(", "2201B"},
  });
}

TEST_P(RestDialect, logic_trees_nest_and_are_negated) {
  expect({
      {"/films?select=id&or=(year.eq.1962,title.eq.Host)&order=id", R"([{"id":1},{"id":2}])"},
      {"/films?select=id&and=(year.gt.2000,or(rating.eq.teens,score.gt.8))&order=id",
       R"([{"id":3},{"id":4}])"},
      {"/films?select=id&not.or=(year.gt.1950,year.is.null)", R"([{"id":5}])"},
      {"/films?select=id&or=(and(id.gt.1,id.lt.3),not.and(id.lt.6,id.gt.0))&order=id",
       R"([{"id":2},{"id":6}])"},
      {"/films?select=id&or=(title.eq.%22Lost%20reel%22,id.in.(1,2))&order=id",
       R"([{"id":1},{"id":2},{"id":6}])"},
      {"/films?select=id&or=(labels.cs.{paris,day},id.eq.6)&order=id", R"([{"id":1},{"id":6}])"},
      {"/directors?select=name,films(title)&id=eq.2&films.or=(year.lt.2010,year.gt.2030)",
       R"([{"name":"Bong","films":[{"title":"Host"}]}])"},
      {"/films?select=id&or=()", "PGRST100"},
      {"/films?select=id&or=(id.eq.1", "PGRST100"},
      {"/films?select=id&or=(id.eq.1,nope.eq.1)", "42703"},
  });
}

TEST_P(RestDialect, text_is_searched_in_four_query_languages) {
  expect({
      {"/films?select=id&summary=fts.walk%26paris", R"([{"id":1}])"},
      {"/films?select=id&summary=plfts.the%20monsters%20rise", R"([{"id":2}])"},
      {"/films?select=id&summary=phfts.wide%20road", R"([{"id":4}])"},
      {"/films?select=id&summary=wfts.families%20or%20singer&order=id", R"([{"id":1},{"id":3}])"},
      {"/films?select=id&summary=fts(simple).walk", "[]"},
      {"/films?select=id&summary=fts(german).Singer", R"([{"id":1}])"},
      {"/films?select=id&summary=not.fts.river&order=id", R"([{"id":1},{"id":3},{"id":4}])"},
      {"/films?select=id&summary=fts(klingon).x", "42704"},
      {"/films?select=id&summary=fts.a%20b", "42601"},
  });
}

TEST_P(RestDialect, order_may_be_of_a_related_table_and_nulls_stand_as_in_postgresql) {
  expect({
      {"/films?select=id&order=year", R"([{"id":5},{"id":1},{"id":2},{"id":3},{"id":4},{"id":6}])"},
      {"/films?select=id&order=year.desc", R"([{"id":6},{"id":4},{"id":3},{"id":2},{"id":1},{"id":5}])"},
      {"/films?select=id&order=year.desc.nullslast&limit=2", R"([{"id":4},{"id":3}])"},
      {"/films?select=id&order=year.nullsfirst&limit=1", R"([{"id":6}])"},
      {"/films?select=id&order=rating.desc,id.desc&rating=not.is.null",
       R"([{"id":3},{"id":2},{"id":4},{"id":1}])"},
      {"/films?select=id,directors(name)&order=directors(name).desc,id&limit=3&director_id=not.is.null",
       R"([{"id":5,"directors":{"name":"Dziga"}},{"id":4,"directors":{"name":"Chloe"}},{"id":2,"directors":{"name":"Bong"}}])"},
      {"/films?select=id&order=details-%3Eruntime.desc.nullslast&limit=2", R"([{"id":3},{"id":2}])"},
      {"/directors?select=id,films(id)&order=films(id)", "PGRST118"},
      {"/films?select=id&order=directors(name)", "PGRST108"},
      {"/films?select=id&order=year.sideways", "PGRST100"},
      {"/films?select=id&order=nope", "42703"},
  });
}

TEST_P(RestDialect, pages_are_cut_by_limit_offset_and_Range) {
  expect({
      {"/films?select=id&order=id&limit=2&offset=1", R"([{"id":2},{"id":3}])"},
      {"/films?select=id&order=id&offset=4", R"([{"id":5},{"id":6}])"},
      {"/films?select=id&limit=0", "[]"},
      {"/films?select=id&limit=-1", "PGRST103"},
      {"/directors?select=id,films(id)&id=eq.2&films.order=id&films.limit=1&films.offset=1",
       R"([{"id":2,"films":[{"id":3}]}])"},
  });
  const auto page = get("/films?select=id&order=id", {{"range", "1-2"}});
  EXPECT_EQ(compact(page.body), R"([{"id":2},{"id":3}])");
  EXPECT_EQ(header(page, "Content-Range"), "1-2/*");
  EXPECT_EQ(code_of(get("/films", {{"range", "3-1"}})), "PGRST103");
  EXPECT_EQ(code_of(get("/films?limit=1", {{"range", "3-4"}})), "PGRST103");
  EXPECT_EQ(get("/films?offset=7", {{"prefer", "count=exact"}}).status, 416);
}

TEST_P(RestDialect, counts_are_exact_or_the_planners) {
  const auto total = [&](const std::string& target, const std::string& how) {
    return header(get(target, {{"prefer", "count=" + how}}), "Content-Range");
  };
  EXPECT_EQ(total("/films?limit=2", "exact"), "0-1/6");
  EXPECT_EQ(total("/films?id=eq.0", "exact"), "*/0");
  EXPECT_EQ(total("/films", "planned"), "0-5/6");
  // Half of what lies between 1 and 6.
  EXPECT_EQ(total("/films?id=gt.3", "planned"), "0-2/4");
  EXPECT_EQ(total("/films?id=eq.3", "planned"), "0-0/1");
  EXPECT_EQ(total("/films?id=in.(1,2,3)", "planned"), "0-2/3");
  EXPECT_EQ(total("/films?id=gt.3", "estimated"), "0-2/4");
  EXPECT_EQ(total("/films?id=lt.4", "estimated"), "0-2/4");
}

TEST_P(RestDialect, aggregates_group_by_what_stands_beside_them) {
  expect({
      {"/films?select=count()", R"([{"count":6}])"},
      {"/films?select=year.max(),oldest:year.min()", R"([{"max":2020,"oldest":1929}])"},
      {"/films?select=director_id,id.count()&director_id=not.is.null&order=director_id&limit=2",
       R"([{"director_id":1,"count":1},{"director_id":2,"count":2}])"},
      {"/budgets?select=amount.sum(),amount.avg()::int", R"([{"sum":27400000,"avg":9133333}])"},
      {"/films?select=score.sum()::text", R"([{"sum":"30.8"}])"},
      {"/films?select=...directors(name),count()&director_id=eq.2", R"([{"count":2,"name":"Bong"}])"},
      {"/directors?select=name,films(count())&id=eq.2", R"([{"name":"Bong","films":[{"count":2}]}])"},
      {"/directors?select=name,...films(year.max())", "PGRST127"},
      {"/films?select=title.sum()", "42883"},
  });
}

TEST_P(RestDialect, rows_are_inserted_one_by_one_or_many) {
  const Headers back{{"prefer", "return=representation"}};
  EXPECT_EQ(
      outcome(write("POST", "/scenes?select=take,place", R"({"film_id":1,"take":1,"place":"cafe"})", back)),
      R"([{"take":1,"place":"cafe"}])");
  EXPECT_EQ(outcome(write("POST", "/scenes", R"([{"film_id":1,"take":2},{"film_id":1,"take":3}])", back)),
            R"([{"film_id":1,"take":2,"place":null},{"film_id":1,"take":3,"place":null}])");
  const auto bare = write("POST", "/scenes", R"({"film_id":2,"take":1})");
  EXPECT_EQ(bare.status, 201);
  EXPECT_EQ(bare.body, "");
  EXPECT_EQ(header(write("POST", "/scenes", R"({"film_id":2,"take":2})", {{"prefer", "return=headers-only"}}),
                   "Location"),
            "/scenes?film_id=eq.2&take=eq.2");
  EXPECT_EQ(outcome(write("POST", "/scenes?columns=film_id,take",
                          R"([{"film_id":3,"take":1,"x":9},{"film_id":3,"take":2}])", back)),
            R"([{"film_id":3,"take":1,"place":null},{"film_id":3,"take":2,"place":null}])");
  EXPECT_EQ(outcome(write("POST", "/scenes", "film_id,take,place\n4,1,NULL\n4,2,\"a, b\"",
                          {{"prefer", "return=representation"}, {"content-type", "text/csv"}})),
            R"([{"film_id":4,"take":1,"place":null},{"film_id":4,"take":2,"place":"a, b"}])");
  EXPECT_EQ(outcome(write("POST", "/scenes", "film_id=5&take=1&place=on+set",
                          {{"prefer", "return=representation"},
                           {"content-type", "application/x-www-form-urlencoded"}})),
            R"([{"film_id":5,"take":1,"place":"on set"}])");
  EXPECT_EQ(outcome(write("POST", "/scenes", "[]", back)), "[]");
  EXPECT_EQ(code_of(write("POST", "/scenes", R"({"film_id":1,"take":1})")), "23505");
  EXPECT_EQ(code_of(write("POST", "/scenes", R"({"film_id":1})")), "23502");
  EXPECT_EQ(code_of(write("POST", "/scenes", R"({"film_id":"x","take":1})")), "22P02");
  EXPECT_EQ(code_of(write("POST", "/scenes", R"({"nope":1})")), "PGRST204");
  EXPECT_EQ(code_of(write("POST", "/scenes", R"([{"film_id":1},{"take":1}])")), "PGRST102");
  EXPECT_EQ(code_of(write("POST", "/scenes", "{")), "PGRST102");
  EXPECT_EQ(code_of(write("POST", "/budgets", R"({"film_id":99})")), "23503");
  EXPECT_EQ(code_of(write("POST", "/drafts", R"({"pages":0})")), "23514");
  EXPECT_EQ(code_of(write("POST", "/drafts", R"({"title":"much longer than twelve"})")), "22001");
}

TEST_P(RestDialect, missing_columns_are_null_or_their_default) {
  const std::string body = R"([{"code":"a"},{"code":"b","title":"Given"}])";
  const std::string target = "/drafts?columns=code,title&select=code,title,pages";
  EXPECT_EQ(outcome(write("POST", target, body, {{"prefer", "return=representation, missing=default"}})),
            R"([{"code":"a","title":"Untitled","pages":1},{"code":"b","title":"Given","pages":1}])");
  EXPECT_EQ(outcome(write("PATCH", "/drafts?code=eq.b&columns=title&select=title", "{}",
                          {{"prefer", "return=representation, missing=default"}})),
            R"([{"title":"Untitled"}])");
  EXPECT_EQ(outcome(write("PATCH", "/drafts?code=eq.b&columns=title&select=title", "{}",
                          {{"prefer", "return=representation, missing=null"}})),
            R"([{"title":null}])");
}

TEST_P(RestDialect, upserts_merge_ignore_and_put) {
  const auto post = [&](const std::string& query, const std::string& body, const std::string& resolution) {
    return write("POST", "/reel?select=id,kind" + query, body,
                 {{"prefer", "return=representation, resolution=" + resolution}});
  };
  const auto merged = post("", R"([{"id":1,"kind":"tiny"},{"id":2,"kind":"new"}])", "merge-duplicates");
  EXPECT_EQ(merged.status, 201);
  EXPECT_EQ(compact(merged.body), R"([{"id":1,"kind":"tiny"},{"id":2,"kind":"new"}])");
  EXPECT_EQ(header(merged, "Preference-Applied"), "resolution=merge-duplicates, return=representation");
  EXPECT_EQ(post("", R"({"id":1,"kind":"small"})", "merge-duplicates").status, 200);
  EXPECT_EQ(outcome(post("", R"([{"id":1,"kind":"x"},{"id":3,"kind":"y"}])", "ignore-duplicates")),
            R"([{"id":3,"kind":"y"}])");
  EXPECT_EQ(outcome(post("&on_conflict=kind", R"({"id":9,"kind":"x"})", "merge-duplicates")), "42P10");
  const auto twice = post("", R"([{"id":1,"kind":"a"},{"id":1,"kind":"b"}])", "merge-duplicates");
  EXPECT_EQ(code_of(twice), "21000");
  EXPECT_EQ(twice.status, 500);
  EXPECT_EQ(outcome(get("/reel?select=kind&id=eq.1")), R"([{"kind":"small"}])");
  EXPECT_EQ(write("PUT", "/reel?id=eq.7", R"({"id":7,"kind":"put"})").status, 204);
  EXPECT_EQ(
      write("PUT", "/reel?id=eq.7", R"({"id":7,"kind":"put again"})", {{"prefer", "return=representation"}})
          .status,
      200);
  EXPECT_EQ(
      write("PUT", "/reel?id=eq.8", R"({"id":8,"kind":"put"})", {{"prefer", "return=representation"}}).status,
      201);
  EXPECT_EQ(code_of(write("PUT", "/reel?id=eq.7", R"({"id":8,"kind":"x"})")), "PGRST115");
  EXPECT_EQ(code_of(write("PUT", "/reel?kind=eq.x", R"({"id":8,"kind":"x"})")), "PGRST105");
  EXPECT_EQ(code_of(write("PUT", "/reel?id=eq.8&limit=1", R"({"id":8,"kind":"x"})")), "PGRST114");
  EXPECT_EQ(outcome(write("POST", "/drafts?on_conflict=code&select=code,pages", R"([{"code":"u","pages":1}])",
                          {{"prefer", "return=representation, resolution=merge-duplicates"}})),
            R"([{"code":"u","pages":1}])");
}

TEST_P(RestDialect, rows_are_changed_and_deleted) {
  write("POST", "/scenes", R"([{"film_id":7,"take":1},{"film_id":7,"take":2},{"film_id":7,"take":3}])");
  const Headers back{{"prefer", "return=representation"}};
  EXPECT_EQ(outcome(write("PATCH", "/scenes?film_id=eq.7&take=lt.3&select=take,place&order=take.desc",
                          R"({"place":"roof"})", back)),
            R"([{"take":2,"place":"roof"},{"take":1,"place":"roof"}])");
  const auto counted =
      write("PATCH", "/scenes?film_id=eq.7", R"({"place":"yard"})", {{"prefer", "count=exact"}});
  EXPECT_EQ(counted.status, 204);
  EXPECT_EQ(header(counted, "Content-Range"), "0-2/3");
  EXPECT_EQ(outcome(write("PATCH", "/scenes?film_id=eq.99", R"({"place":"x"})", back)), "[]");
  EXPECT_EQ(outcome(write("PATCH", "/scenes?film_id=eq.7", "{}", back)), "[]");
  EXPECT_EQ(
      outcome(write("PATCH", "/films?id=eq.1&select=title,directors(name)", R"({"title":"Cleo"})", back)),
      R"([{"title":"Cleo","directors":{"name":"Agnes"}}])");
  EXPECT_EQ(code_of(write("PATCH", "/scenes?film_id=eq.7", R"({"nope":1})")), "PGRST204");
  EXPECT_EQ(code_of(write("PATCH", "/scenes?nope=eq.7", R"({"place":"x"})")), "42703");
  EXPECT_EQ(outcome(write("DELETE", "/scenes?film_id=eq.7&take=eq.1&select=take", "", back)),
            R"([{"take":1}])");
  EXPECT_EQ(write("DELETE", "/scenes?film_id=eq.7", "").status, 204);
  EXPECT_EQ(code_of(write("DELETE", "/directors?id=eq.1", "")), "23503");
  EXPECT_EQ(code_of(write("DELETE", "/tallies", "")), "55000");
  EXPECT_EQ(outcome(write("PATCH", "/recent?id=eq.2&select=title", R"({"title":"Host"})", back)),
            R"([{"title":"Host"}])");
}

TEST_P(RestDialect, max_affected_and_handling_are_strict_when_asked) {
  write("POST", "/scenes", R"([{"film_id":8,"take":1},{"film_id":8,"take":2}])");
  const auto change = [&](const std::string& prefer) {
    return write("PATCH", "/scenes?film_id=eq.8", R"({"place":"x"})", {{"prefer", prefer}});
  };
  const auto over = change("handling=strict, max-affected=1");
  EXPECT_EQ(over.status, 400);
  EXPECT_EQ(code_of(over), "PGRST124");
  EXPECT_EQ(outcome(get("/scenes?select=place&film_id=eq.8&take=eq.1")), R"([{"place":null}])");
  EXPECT_EQ(change("handling=strict, max-affected=2").status, 204);
  EXPECT_EQ(change("max-affected=1").status, 204);
  EXPECT_EQ(code_of(get("/films", {{"prefer", "handling=strict, anything"}})), "PGRST122");
  EXPECT_EQ(get("/films", {{"prefer", "handling=lenient, anything"}}).status, 200);
}

TEST_P(RestDialect, a_transaction_is_rolled_back_when_asked) {
  const auto tried =
      write("POST", "/reel?select=id", R"({"id":50})", {{"prefer", "return=representation, tx=rollback"}});
  EXPECT_EQ(outcome(tried), R"([{"id":50}])");
  EXPECT_EQ(header(tried, "Preference-Applied"), "return=representation, tx=rollback");
  EXPECT_EQ(outcome(get("/reel?id=eq.50")), "[]");
  EXPECT_EQ(write("POST", "/reel", R"({"id":51})", {{"prefer", "tx=commit"}}).status, 201);
  EXPECT_EQ(outcome(get("/reel?select=id&id=eq.51")), R"([{"id":51}])");
}

TEST_P(RestDialect, answers_come_in_the_form_that_is_accepted) {
  const Headers single{{"accept", "application/vnd.pgrst.object+json"}};
  EXPECT_EQ(compact(get("/films?select=id&id=eq.1", single).body), R"({"id":1})");
  EXPECT_EQ(code_of(get("/films?select=id", single)), "PGRST116");
  EXPECT_EQ(code_of(get("/films?id=eq.0", single)), "PGRST116");
  EXPECT_EQ(
      code_of(write("PATCH", "/films?id=gt.3", R"({"summary":"x"})",
                    {{"accept", "application/vnd.pgrst.object+json"}, {"prefer", "return=representation"}})),
      "PGRST116");
  EXPECT_EQ(outcome(get("/films?select=id,year&id=eq.6",
                        {{"accept", "application/vnd.pgrst.array+json;nulls=stripped"}})),
            R"([{"id":6}])");
  const auto csv = get("/films?select=id,title,labels&id=in.(1,5)&order=id", {{"accept", "text/csv"}});
  EXPECT_EQ(csv.body, "id,title,labels\n1,Cleo,\"{paris,day}\"\n5,Camera,");
  EXPECT_EQ(header(csv, "Content-Type"), "text/csv; charset=utf-8");
  const auto head = cinema_.send({.method = "HEAD", .target = "/films?limit=1", .who = service_});
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.body, "");
  EXPECT_EQ(header(head, "Content-Range"), "0-0/*");
  EXPECT_EQ(code_of(get("/films", {{"accept", "image/png"}})), "PGRST107");
  EXPECT_EQ(outcome(get("/films?select=premiere&id=eq.2", {{"prefer", "timezone=Asia/Seoul"}})),
            R"([{"premiere":"2006-07-27T12:30:00+09:00"}])");
  EXPECT_EQ(code_of(get("/films", {{"prefer", "timezone=Moon/Crater"}})), "22023");
}

TEST_P(RestDialect, functions_are_called_and_their_rows_are_shaped) {
  expect({
      {"/rpc/twice?n=21", "42"},
      {"/rpc/films_of?director=Bong&select=title&order=year.desc",
       R"([{"title":"Parasite"},{"title":"Host"}])"},
      {"/rpc/films_of?director=Bong&select=title,directors(name)&year=gt.2010",
       R"([{"title":"Parasite","directors":{"name":"Bong"}}])"},
      {"/rpc/films_of?director=Bong&limit=1&offset=1&select=id&order=id", R"([{"id":3}])"},
      {"/rpc/twice?n=x", "22P02"},
      {"/rpc/twice", "PGRST202"},
      {"/rpc/thrice?n=1", "PGRST202"},
      {"/rpc/films_of?director=Bong&nope=eq.1", "42703"},
      {"/rpc/new_drafts?name=x", "25006"},
  });
  EXPECT_EQ(outcome(write("POST", "/rpc/twice", R"({"n":4})")), "8");
  EXPECT_EQ(outcome(write("POST", "/rpc/new_drafts?select=title,pages&pages=gt.1&order=pages.desc",
                          R"({"name":"Sketch","copies":3})")),
            R"([{"title":"Sketch","pages":3},{"title":"Sketch","pages":2}])");
  EXPECT_EQ(outcome(get("/drafts?select=pages&title=eq.Sketch&order=pages")),
            R"([{"pages":1},{"pages":2},{"pages":3}])");
  const auto counted =
      write("POST", "/rpc/new_drafts?limit=1", R"({"name":"Two","copies":2})", {{"prefer", "count=exact"}});
  EXPECT_EQ(header(counted, "Content-Range"), "0-0/2");
  const auto none = write("POST", "/rpc/forget_drafts", "{}");
  EXPECT_EQ(none.status, 204);
  EXPECT_EQ(outcome(get("/drafts")), "[]");
  EXPECT_EQ(code_of(write("PATCH", "/rpc/twice", "{}")), "PGRST101");
  EXPECT_EQ(
      code_of(write("POST", "/rpc/twice", R"({"n":1})", {{"prefer", "handling=strict, max-affected=1"}})),
      "PGRST128");
}

TEST_P(RestDialect, options_profiles_and_the_description) {
  const auto allow = [&](const std::string& target) {
    return header(cinema_.send({.method = "OPTIONS", .target = target, .who = service_}), "Allow");
  };
  EXPECT_EQ(allow("/films"), "OPTIONS,GET,HEAD,POST,PUT,PATCH,DELETE");
  EXPECT_EQ(allow("/tallies"), "OPTIONS,GET,HEAD");
  EXPECT_EQ(allow("/rpc/twice"), "OPTIONS,GET,HEAD,POST");
  EXPECT_EQ(allow("/rpc/new_drafts"), "OPTIONS,POST");
  EXPECT_EQ(get("/films?select=id&id=eq.1", {{"accept-profile", "public"}}).status, 200);
  EXPECT_EQ(header(get("/films?id=eq.1", {{"accept-profile", "public"}}), "Content-Profile"), "public");
  EXPECT_EQ(get("/films", {{"accept-profile", "secret"}}).status, 406);
  EXPECT_EQ(code_of(write("POST", "/films", "{}", {{"content-profile", "secret"}})), "PGRST106");
  const auto description = get("/");
  EXPECT_EQ(header(description, "Content-Type"), "application/openapi+json; charset=utf-8");
  for (const char* part :
       {"\"/films\"", "\"/rpc/films_of\"", "\"director_id\"", "\"timestamp with time zone\""}) {
    EXPECT_NE(description.body.find(part), std::string::npos) << part;
  }
  EXPECT_EQ(code_of(get("/", {{"accept", "text/csv"}})), "PGRST107");
  EXPECT_EQ(code_of(get("/a/b")), "PGRST125");
}

TEST_P(RestDialect, names_that_differ_by_case_alone_are_two_tables) {
  EXPECT_EQ(outcome(get("/Reel?select=kind&id=eq.1")), R"([{"kind":"great"}])");
  EXPECT_EQ(outcome(get("/reel?select=kind&id=eq.1")), R"([{"kind":"small"}])");
  EXPECT_EQ(code_of(get("/REEL")), "PGRST205");
  EXPECT_EQ(code_of(write("POST", "/Reel", R"({"id":1})")), "23505");
  EXPECT_EQ(outcome(get("/nothing")), "[]");
}

TEST_P(RestDialect, privileges_are_asked_of_every_relation) {
  const auto anonymous = [&](const std::string& target) { return cinema_.send({.target = target}); };
  EXPECT_EQ(outcome(anonymous("/films?select=title,directors(name)&id=eq.1")),
            R"([{"title":"Cleo","directors":{"name":"Agnes"}}])");
  const auto refused = anonymous("/films?select=title,budgets(amount)");
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(code_of(refused), "42501");
  EXPECT_EQ(header(refused, "WWW-Authenticate"), "Bearer");
  EXPECT_EQ(code_of(anonymous("/reel")), "42501");
}

}  // namespace
}  // namespace holdfast::testing
