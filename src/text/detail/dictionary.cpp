#include "text/detail/dictionary.hpp"

#include <libstemmer.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>

#include "text/detail/characters.hpp"
#include "text/detail/stop_words.hpp"

namespace holdfast::text::detail {
namespace {

/// Which dictionary words of ASCII letters go to, and which all others: PostgreSQL sends them to different
/// ones where a language has letters of its own. No name: words stay as they are.
struct Language {
  std::string_view name;
  std::string_view ascii;
  std::string_view other;
};
constexpr Language same(std::string_view name) { return {name, name, name}; }
constexpr std::array kLanguages{
    Language{"simple", "", ""},
    same("arabic"),
    same("armenian"),
    same("basque"),
    same("catalan"),
    same("danish"),
    same("dutch"),
    same("english"),
    same("finnish"),
    same("french"),
    same("german"),
    same("greek"),
    Language{"hindi", "english", "hindi"},
    same("hungarian"),
    same("indonesian"),
    same("irish"),
    same("italian"),
    same("lithuanian"),
    same("nepali"),
    same("norwegian"),
    same("portuguese"),
    same("romanian"),
    Language{"russian", "english", "russian"},
    same("serbian"),
    same("spanish"),
    same("swedish"),
    same("tamil"),
    same("turkish"),
    same("yiddish"),
};

/// Longer words are kept as they are: PostgreSQL spares its stemmer them.
constexpr std::size_t kLongestStemmed = 1000;

struct StemmerDelete {
  void operator()(sb_stemmer* stemmer) const { sb_stemmer_delete(stemmer); }
};

/// A Snowball dictionary. A stemmer carries its buffer: one a thread.
struct Dictionary {
  explicit Dictionary(std::string_view language)
      : stop_words(language), stemmer(sb_stemmer_new(std::string(language).c_str(), "UTF_8")) {}
  StopWords stop_words;
  std::unique_ptr<sb_stemmer, StemmerDelete> stemmer;
};

Dictionary& dictionary(std::string_view language) {
  thread_local std::map<std::string_view, Dictionary> dictionaries;
  return dictionaries.try_emplace(language, language).first->second;
}

std::string stem(sb_stemmer* stemmer, std::string word) {
  if (stemmer == nullptr) return word;
  const auto* bytes = reinterpret_cast<const sb_symbol*>(word.data());
  const sb_symbol* stemmed = sb_stemmer_stem(stemmer, bytes, static_cast<int>(word.size()));
  // PostgreSQL keeps a word of which nothing would be left.
  if (stemmed == nullptr || sb_stemmer_length(stemmer) == 0) return word;
  word.assign(reinterpret_cast<const char*>(stemmed), static_cast<std::size_t>(sb_stemmer_length(stemmer)));
  return word;
}

bool is_ascii(TokenType type) {
  return type == TokenType::asciiword || type == TokenType::asciihword || type == TokenType::hword_asciipart;
}

bool is_stemmed(TokenType type) {
  switch (type) {
    case TokenType::asciiword:
    case TokenType::word:
    case TokenType::asciihword:
    case TokenType::hword:
    case TokenType::hword_asciipart:
    case TokenType::hword_part:
      return true;
    default:
      return false;
  }
}

}  // namespace

Result<Configuration> find_configuration(std::string_view name) {
  constexpr std::string_view kSchema = "pg_catalog.";
  if (name.starts_with(kSchema)) name.remove_prefix(kSchema.size());
  const auto found = std::ranges::find(kLanguages, name, &Language::name);
  if (found != kLanguages.end()) return static_cast<Configuration>(found - kLanguages.begin());
  return Error{.code = "42704",
               .message = "text search configuration \"" + std::string(name) + "\" does not exist",
               .hint = "The configurations are simple and the languages of Snowball: english, german, ..."};
}

bool is_indexed(TokenType type) {
  return type != TokenType::blank && type != TokenType::tag && type != TokenType::protocol &&
         type != TokenType::entity;
}

std::optional<std::string> lexeme_of(Configuration configuration, const Token& token) {
  std::string word = to_lower(token.text);
  const Language& language = kLanguages[static_cast<std::size_t>(configuration)];
  const auto name = is_ascii(token.type) ? language.ascii : language.other;
  if (name.empty() || !is_stemmed(token.type)) return word;
  if (token.text.size() > kLongestStemmed) return word;
  Dictionary& words = dictionary(name);
  if (words.stop_words.contains(word)) return std::nullopt;
  return stem(words.stemmer.get(), std::move(word));
}

}  // namespace holdfast::text::detail
