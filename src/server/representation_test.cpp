#include "server/representation.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <random>

namespace holdfast::server {
namespace {

std::string unpacked(const std::string& packed) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  std::string out(16U << 20U, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

HttpResponse answer_of(std::size_t bytes) { return json_answer(std::string(bytes, 'x')); }

TEST(AcceptEncoding, follows_weights_and_the_star) {
  for (const std::string header : {"gzip", "GZIP", "deflate, gzip;q=0.5", "*", "br;q=1.0, *;q=0.1", "x-gzip",
                                   "gzip;q=1.000, identity;q=0", " gzip ; q=0.001 "})
    EXPECT_TRUE(takes_gzip(header)) << header;
  for (const std::string header :
       {"", "br", "identity", "gzip;q=0", "gzip;q=0.000", "gzip; q=0, *", "*;q=0", "notgzip"})
    EXPECT_FALSE(takes_gzip(header)) << header;
}

TEST(Compression, gives_back_what_went_in) {
  std::mt19937 random(7);
  for (const std::size_t size : {1U, 100U, 4096U, 1U << 20U}) {
    std::string text(size, ' ');
    for (auto& c : text) c = static_cast<char>('a' + random() % 7);
    EXPECT_EQ(unpacked(gzip(text)), text);
  }
}

TEST(Compression, is_for_large_answers_that_shrink_and_clients_that_take_it) {
  const WantedForm takes{.is_get = true, .takes_gzip = true};
  auto large = answer_of(5000);
  compress_large(takes, large, 2000);
  EXPECT_EQ(large.header("content-encoding"), "gzip");
  EXPECT_EQ(large.header("vary"), "Accept-Encoding");
  EXPECT_EQ(unpacked(large.body), std::string(5000, 'x'));

  auto plain = answer_of(5000);
  compress_large({.is_get = true}, plain, 2000);
  EXPECT_EQ(plain.body.size(), 5000U);
  EXPECT_EQ(plain.header("vary"), "Accept-Encoding");

  auto small = answer_of(1999);
  compress_large(takes, small, 2000);
  EXPECT_EQ(small.header("vary"), "");
  auto never = answer_of(5000);
  compress_large(takes, never, 0);
  EXPECT_EQ(never.header("content-encoding"), "");

  HttpResponse image{
      .status = 200, .headers = {{"Content-Type", "image/png"}}, .body = std::string(5000, 'x')};
  compress_large(takes, image, 2000);
  EXPECT_EQ(image.header("content-encoding"), "");
}

TEST(Compression, leaves_event_streams_alone) {
  EXPECT_FALSE(is_compressible("text/event-stream"));
  EXPECT_FALSE(is_compressible("text/event-stream; charset=utf-8"));
  EXPECT_FALSE(is_compressible("application/octet-stream"));
  EXPECT_TRUE(is_compressible("text/csv; charset=utf-8"));
  EXPECT_TRUE(is_compressible("application/vnd.pgrst.object+json; charset=utf-8"));
  EXPECT_TRUE(is_compressible("application/json"));
}

TEST(EntityTag, is_the_same_for_the_same_answer_alone) {
  auto answer = json_answer("[1]");
  const auto tag = entity_tag(answer);
  EXPECT_EQ(tag.size(), 36U);
  EXPECT_EQ(entity_tag(json_answer("[1]")), tag);
  EXPECT_NE(entity_tag(json_answer("[2]")), tag);
  answer.headers.emplace_back("Content-Range", "0-0/7");
  EXPECT_NE(entity_tag(answer), tag);
}

TEST(EntityTag, is_compared_as_a_list_and_weakly) {
  const std::string tag = "W/\"ab\"";
  for (const std::string header : {"W/\"ab\"", "\"ab\"", "\"x\", W/\"ab\" ,\"y\"", "*", " * "})
    EXPECT_TRUE(names_tag(header, tag)) << header;
  for (const std::string header : {"", "\"a\"", "ab", "W/\"abc\""})
    EXPECT_FALSE(names_tag(header, tag)) << header;
}

TEST(EntityTag, turns_a_get_that_names_it_into_304) {
  auto first = answer_of(10);
  answer_conditionally({.is_get = true}, first);
  EXPECT_EQ(first.status, 200);
  const std::string tag(first.header("etag"));

  auto again = answer_of(10);
  answer_conditionally({.is_get = true, .takes_gzip = false, .if_none_match = tag}, again);
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
  EXPECT_EQ(again.header("content-type"), "");
  EXPECT_EQ(again.header("etag"), tag);

  auto changed = answer_of(11);
  answer_conditionally({.is_get = true, .takes_gzip = false, .if_none_match = tag}, changed);
  EXPECT_EQ(changed.status, 200);
  auto posted = answer_of(10);
  answer_conditionally({.is_get = false, .takes_gzip = false, .if_none_match = tag}, posted);
  EXPECT_EQ(posted.header("etag"), "");
}

}  // namespace
}  // namespace holdfast::server
