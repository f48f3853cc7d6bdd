#include "demo/package_entry.hpp"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

#include "demo/stable_id.hpp"

namespace holdfast::demo {
namespace {

Stanza complete() {
  Stanza stanza;
  const auto set = [&](Field field, std::string value) {
    stanza.values[static_cast<std::size_t>(field)] = std::move(value);
  };
  set(Field::package, "gimp");
  set(Field::version, "2.10");
  set(Field::maintainer, "\"GNOME, the team\" <gnome@lists.example>");
  set(Field::filename, "pool/g/gimp.deb");
  set(Field::size, "4476480");
  set(Field::sha256, std::string(64, 'a'));
  return stanza;
}

TEST(PackageEntry, reads_maintainer_and_size) {
  const auto stanza = complete();
  const auto entry = read_package(stanza);
  ASSERT_TRUE(entry.ok());
  EXPECT_EQ(entry->maintainer_name, "GNOME, the team");
  EXPECT_EQ(entry->maintainer_email, "gnome@lists.example");
  EXPECT_EQ(entry->size_bytes, 4476480);
}

TEST(PackageEntry, says_what_is_missing_or_wrong) {
  const auto without = [](Field field, std::string value) {
    auto stanza = complete();
    stanza.values[static_cast<std::size_t>(field)] = std::move(value);
    return read_package(stanza).ok();
  };
  EXPECT_FALSE(without(Field::package, ""));
  EXPECT_FALSE(without(Field::version, ""));
  EXPECT_FALSE(without(Field::filename, ""));
  EXPECT_FALSE(without(Field::size, "12k"));
  EXPECT_FALSE(without(Field::size, "-1"));
  EXPECT_FALSE(without(Field::sha256, "abc"));
  EXPECT_FALSE(without(Field::maintainer, "nobody"));
  EXPECT_FALSE(without(Field::maintainer, "Nobody <>"));
  EXPECT_FALSE(without(Field::description, "bad \xff bytes"));
}

TEST(PackageEntry, folds_the_long_description_under_the_short_one) {
  EXPECT_EQ(folded_description("short"), "short");
  EXPECT_EQ(folded_description("short\nfirst line\nsecond line\n.\nnext"),
            "short\n\nfirst line second line\n\nnext");
  EXPECT_EQ(folded_description(""), "");
}

TEST(PackageEntry, makes_tags_of_section_and_facets_each_once) {
  EXPECT_EQ(tags_json("role::program, use::editing,\nrole::program", "contrib/graphics"),
            R"(["contrib","graphics","role::program","use::editing"])");
  EXPECT_EQ(tags_json(std::string(51, 'x'), ""), "[]");
}

TEST(PackageEntry, shortens_a_version_from_its_least_telling_end) {
  EXPECT_EQ(short_version("1:2.36-9"), "1:2.36-9");
  EXPECT_EQ(short_version("1:2.10.34-1+deb12u10"), "1:2.10.34-1+deb12u10");
  EXPECT_EQ(short_version("12:2.10.34-1+deb12u10"), "2.10.34-1+deb12u10");
  EXPECT_EQ(short_version("1.1.5alpha+20120614-3+b1"), "1.1.5alpha+20120614");
  EXPECT_EQ(short_version("0.0~git20191219.8c5f8a5.is.long"), "0.0~git20191219.8c5…");
}

TEST(StableId, is_the_same_version_8_uuid_on_every_machine) {
  EXPECT_EQ(stable_id("app", "gimp"), "59871f00-0000-8000-8f64-5538ba9ad51d");
  EXPECT_NE(stable_id("app", "gimp"), stable_id("developer", "gimp"));
  const auto id = stable_id("app", "gimp");
  ASSERT_EQ(id.size(), 36U);
  EXPECT_EQ(id[14], '8');
  EXPECT_NE(std::string_view("89ab").find(id[19]), std::string_view::npos);
}

TEST(StableId, orders_as_names_begin) {
  const std::vector<std::string_view> names{"",     "0ad",      "acl",     "acl-dev",    "acl.x", "acl0",
                                            "acla", "libgtk-3", "python3", "python3-aa", "xterm", "zlib1g"};
  for (std::size_t i = 1; i < names.size(); ++i)
    EXPECT_LT(stable_id("app", names[i - 1]), stable_id("app", names[i])) << names[i];
}

TEST(StableId, differs_where_only_the_end_of_the_name_does) {
  EXPECT_NE(stable_id("app", "python3-django-a"), stable_id("app", "python3-django-b"));
}

}  // namespace
}  // namespace holdfast::demo
