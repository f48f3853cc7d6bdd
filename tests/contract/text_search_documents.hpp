#pragma once

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/testing/source_folder.hpp"

// What the text search tests search in and for.

namespace holdfast::testing {

/// `\n`, `\t`, `\r` and `\\` as the corpus writes them.
inline std::string unescape(std::string_view line) {
  std::string out;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '\\' || i + 1 == line.size()) {
      out.push_back(line[i]);
      continue;
    }
    const char c = line[++i];
    out.push_back(c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c);
  }
  return out;
}

/// The corpus in tests/data: one document a line.
inline std::vector<std::string> corpus_documents() {
  std::vector<std::string> documents;
  std::ifstream file(base::testing::source_folder() / "tests/data/text_corpus.txt");
  for (std::string line; std::getline(file, line);) documents.push_back(unescape(line));
  return documents;
}

inline bool is_nightly() {
  const char* value = std::getenv("HOLDFAST_NIGHTLY");
  return value != nullptr && std::string_view(value) == "1";
}

/// The fields of a package that hold text; its stanza is what stands between two empty lines.
inline std::string package_text(std::string_view stanza) {
  std::string text;
  while (!stanza.empty()) {
    const auto end = std::min(stanza.find('\n'), stanza.size());
    const auto line = stanza.substr(0, end);
    stanza.remove_prefix(std::min(end + 1, stanza.size()));
    for (const std::string_view field : {"Package: ", "Version: ", "Maintainer: ", "Depends: ",
                                         "Description: ", "Homepage: ", "Tag: ", "Filename: "}) {
      if (line.starts_with(field)) text.append(line.substr(field.size())).push_back('\n');
    }
  }
  return text;
}

/// The machine's Debian packages, at most `most` of them spread evenly; none where it has no package lists.
inline std::vector<std::string> package_documents(std::size_t most) {
  std::string index;
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(
      ::popen("for f in /var/lib/apt/lists/*Packages*; do [ -f \"$f\" ] && /usr/lib/apt/apt-helper cat-file "
              "\"$f\"; "
              "done 2>/dev/null",
              "r"),
      ::pclose);
  char buffer[1U << 16U];
  for (std::size_t got = 1; pipe && got > 0;) {
    got = std::fread(buffer, 1, sizeof buffer, pipe.get());
    index.append(buffer, got);
  }
  std::vector<std::string_view> stanzas;
  for (std::string_view rest(index); !rest.empty();) {
    const auto end = std::min(rest.find("\n\n"), rest.size());
    stanzas.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 2, rest.size()));
  }
  const std::size_t step = std::max<std::size_t>(1, stanzas.size() / most);
  std::vector<std::string> documents;
  for (std::size_t i = 0; i < stanzas.size(); i += step) documents.push_back(package_text(stanzas[i]));
  return documents;
}

/// One question: which function of PostgreSQL reads it, and its text.
struct Question {
  std::string function;
  std::string text;
};

/// Questions made of the documents' own words, the same ones for the same documents.
class QuestionMaker {
 public:
  explicit QuestionMaker(const std::vector<std::string>& documents) : documents_(documents) {}

  std::vector<Question> make(std::size_t count) {
    constexpr const char* kFunctions[] = {"websearch_to_tsquery", "plainto_tsquery", "phraseto_tsquery",
                                          "to_tsquery"};
    std::vector<Question> questions;
    for (std::size_t i = 0; i < count; ++i) {
      const std::string function = kFunctions[i % 4];
      questions.push_back({function, i % 4 == 0   ? web_search()
                                     : i % 4 == 3 ? operators(3)
                                                  : words(1 + pick(3))});
    }
    return questions;
  }

 private:
  std::size_t pick(std::size_t below) { return random_() % below; }

  /// Up to `count` words that stand beside each other somewhere.
  std::string words(std::size_t count) {
    const std::string& document = documents_[pick(documents_.size())];
    auto begin = document.empty() ? 0 : document.find_last_of(" \n", pick(document.size()));
    begin = begin == std::string::npos ? 0 : begin + 1;
    auto end = begin;
    for (; count > 0 && end < document.size(); --count) {
      end = std::min(document.find_first_of(" \n", end + 1), document.size());
    }
    return document.substr(begin, end - begin);
  }

  std::string web_search() {
    std::string text;
    for (std::size_t parts = 1 + pick(3); parts > 0; --parts) {
      if (!text.empty()) text += pick(4) == 0 ? " or " : " ";
      if (pick(5) == 0) text += "-";
      text += pick(3) == 0 ? "\"" + words(2) + "\"" : words(1);
    }
    return text;
  }

  std::string quoted_word() {
    std::string quoted = "'";
    for (const char c : words(1)) quoted += c == '\'' || c == '\\' ? std::string(2, c) : std::string(1, c);
    constexpr const char* kMarks[] = {"", "", "", ":*", ":A", ":D"};
    return quoted + " '" + kMarks[pick(6)];
  }

  std::string operators(std::size_t depth) {
    if (depth == 0 || pick(3) == 0) return quoted_word();
    if (pick(5) == 0) return "!" + quoted_word();
    constexpr const char* kOperators[] = {" & ", " & ", " | ", " <-> ", " <2> "};
    return "(" + operators(depth - 1) + kOperators[pick(5)] + operators(depth - 1) + ")";
  }

  const std::vector<std::string>& documents_;
  std::mt19937 random_{20261120};
};

}  // namespace holdfast::testing
