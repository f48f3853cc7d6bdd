#include "demo/debian_packages.hpp"

#include <gtest/gtest.h>

#include <map>
#include <vector>

namespace holdfast::demo {
namespace {

struct Read {
  std::vector<std::map<std::string, std::string>> stanzas;
  std::vector<std::size_t> stanza_lines;
  std::vector<std::pair<std::size_t, std::string>> malformed;
};

Read read(std::string_view text, std::size_t piece = 1 << 20) {
  Read out;
  PackagesParser parser(
      [&](const Stanza& stanza) {
        out.stanzas.push_back({{"Package", std::string(stanza[Field::package])},
                               {"Version", std::string(stanza[Field::version])},
                               {"Tag", std::string(stanza[Field::tag])},
                               {"Description", std::string(stanza[Field::description])}});
        out.stanza_lines.push_back(stanza.line);
      },
      [&](std::size_t line, std::string message) { out.malformed.emplace_back(line, std::move(message)); });
  for (std::size_t at = 0; at < text.size(); at += piece) parser.feed(text.substr(at, piece));
  parser.finish();
  return out;
}

constexpr std::string_view kTwo =
    "Package: one\nVersion: 1\nDescription: short\n long line\n .\n end\nOther: x\n more of it\n\n\n"
    "package: two\nTag: a, b,\n c\nVersion:   2  \n";

TEST(DebianPackages, reads_stanzas_however_their_bytes_are_cut) {
  for (const std::size_t piece : {1U, 2U, 3U, 7U, 1000U}) {
    const auto out = read(kTwo, piece);
    ASSERT_EQ(out.stanzas.size(), 2U) << piece;
    EXPECT_EQ(out.stanzas[0].at("Description"), "short\nlong line\n.\nend");
    EXPECT_EQ(out.stanzas[1].at("Package"), "two");
    EXPECT_EQ(out.stanzas[1].at("Version"), "2");
    EXPECT_EQ(out.stanzas[1].at("Tag"), "a, b,\nc");
    EXPECT_EQ(out.stanza_lines, (std::vector<std::size_t>{1, 11}));
    EXPECT_TRUE(out.malformed.empty());
  }
}

TEST(DebianPackages, leaves_a_malformed_stanza_out_and_goes_on) {
  const auto out = read("Package: bad\nVersion 1\nSection: x\n\nPackage: good\nVersion: 2\n");
  ASSERT_EQ(out.stanzas.size(), 1U);
  EXPECT_EQ(out.stanzas[0].at("Package"), "good");
  ASSERT_EQ(out.malformed.size(), 1U);
  EXPECT_EQ(out.malformed[0].first, 2U);
}

TEST(DebianPackages, says_which_line_is_wrong) {
  const auto line_of = [](std::string_view text) {
    const auto out = read(text);
    return out.malformed.size() == 1 ? out.malformed[0].first : 0;
  };
  EXPECT_EQ(line_of(" lost continuation\nPackage: a\n"), 1U);
  EXPECT_EQ(line_of("Package: a\nPackage: b\n"), 2U);
  EXPECT_EQ(line_of("Package: a\n: b\n"), 2U);
  EXPECT_EQ(line_of("Package: a\nA b: c\n"), 2U);
  EXPECT_EQ(line_of("Package: a\n\n\n\nnonsense"), 5U);
}

TEST(DebianPackages, survives_a_file_that_is_something_else) {
  const auto out = read(std::string(3 << 20, 'x'), 65536);
  EXPECT_TRUE(out.stanzas.empty());
  EXPECT_EQ(out.malformed.size(), 1U);
}

TEST(DebianPackages, orders_versions_as_dpkg_does) {
  const std::vector<std::string_view> ascending{"0~~",           "0~",      "0",      "1.0~rc1-1", "1.0-1",
                                                "1.0-1+deb12u1", "1.0-2",   "1.0a-1", "1.0+b-1",   "1.2-1",
                                                "1.10-1",        "2-0.1-1", "1:0.1",  "2:0"};
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      const int order = compare_versions(ascending[i], ascending[j]);
      EXPECT_EQ(order < 0, i < j) << ascending[i] << " " << ascending[j];
      EXPECT_EQ(order == 0, i == j) << ascending[i] << " " << ascending[j];
    }
  }
  EXPECT_EQ(compare_versions("1.0", "1.0-0"), 0);
  EXPECT_EQ(compare_versions("0:1.01", "1.1"), 0);
}

}  // namespace
}  // namespace holdfast::demo
