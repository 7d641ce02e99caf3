#include "evm/word.hpp"

#include <gtest/gtest.h>

#include <random>

namespace valetkey {
namespace {

constexpr Word kMax = Word::max();

TEST(Word, LiteralsAreCheckedWhenCompiled) {
  static_assert(1000_w == Word(1000));
  static_assert(0xff_w == Word(255));
  static_assert(1'000'000_w == Word(1000000));
  static_assert(115792089237316195423570985008687907853269984665640564039457584007913129639935_w == kMax);
}

// Computed with Python's integers.
struct Sample {
  const char* a;
  const char* b;
  const char* quotient;
  const char* remainder;
  const char* product_high;
  const char* product_low;
};
const Sample kSamples[] = {
    {"454689930175502962032850807840780952830863181944818453988",
     "4341701207004965223269852705275385306030855390212531220369044342753864509457", "0",
     "454689930175502962032850807840780952830863181944818453988",
     "17048900591214002060627834589202025685698033834498509737",
     "85766351799171194343893277843441049363522229519494820364067693184309345307684"},
    {"7713914763314685786", "1673359773981742884", "4", "1020475667387714250", "0",
     "12908154664854692261094023601101446824"},
    {"73021492421532667060410026606111736389590672304807578143368807500707988851238", "147",
     "496744846404984129662653242218447186323746070100731824104549710889169992185", "43", "92",
     "81287176132212078911743290299137726768990239567782095445116973876066434257874"},
    {"218810152867878100214120858912537308662760870929298105688732", "380364987094559737948291794280477667906",
     "575263655414953636904", "313732913908767146375120355351087685708", "718768626768394005972",
     "64696591155801552566785458653652898539413110116397524978511078504870308537400"},
    {"1099447532108017859", "145502122298828877203201091029362345252", "0", "1099447532108017859", "0",
     "159971949277926403262066155554803459820499144733339855468"},
    {"1881667944134221788453928983011512016467686796527150411536", "265362271926809400235031032159029457959",
     "7090939983560330455", "138515001897319173362607513293580570191", "4312243469793005870",
     "78360913340422956519759395816587626048740033223811715389367062892909626190704"},
    {"178715108263309640432568397558392845119",
     "4238040852785754534533380664658977446627983014302901818349573618559783338695", "0",
     "178715108263309640432568397558392845119", "6541050729965135720785533341435758178",
     "12237813692151286135104052486762685430874988501522880881430487540761547183097"},
};

TEST(Word, MultipliesAndDividesAsWholeNumbersDo) {
  for (const Sample& sample : kSamples) {
    const Word a = parse_decimal(sample.a).value();
    const Word b = parse_decimal(sample.b).value();
    EXPECT_EQ(to_decimal(a), sample.a);
    const Division division = divide(a, b);
    EXPECT_EQ(to_decimal(division.quotient), sample.quotient);
    EXPECT_EQ(to_decimal(division.remainder), sample.remainder);
    const WideWord product = multiply_wide(a, b);
    EXPECT_EQ(to_decimal(product.high), sample.product_high);
    EXPECT_EQ(to_decimal(product.low), sample.product_low);
    EXPECT_EQ(checked_mul(a, b).has_value(), product.high.is_zero());
  }
}

TEST(Word, SumsAndDifferencesSayWhenTheyWrap) {
  EXPECT_EQ(checked_add(kMax, 1), std::nullopt);
  EXPECT_EQ(checked_add(kMax, 0), kMax);
  EXPECT_EQ(checked_sub(0, 1), std::nullopt);
  EXPECT_EQ(checked_sub(Word(1) << 192, 1), Word::max_of_bits(192));
  EXPECT_EQ(wrapping_add(kMax, 2).value, Word(1));
  EXPECT_TRUE(wrapping_add(kMax, 2).overflow);
  EXPECT_EQ(wrapping_sub(0, 1).value, kMax);
  EXPECT_TRUE(wrapping_sub(0, 1).overflow);
  EXPECT_FALSE(wrapping_sub(5, 0).overflow);
  EXPECT_EQ(checked_add(Word::max_of_bits(64), 1), Word(1) << 64);
}

TEST(Word, ProductsCompareIn512Bits) {
  EXPECT_EQ(compare_products(kMax, kMax, kMax, kMax), std::strong_ordering::equal);
  EXPECT_EQ(compare_products(kMax, 2, kMax, 3), std::strong_ordering::less);
  EXPECT_EQ(compare_products(Word(1) << 255, 2, 1, kMax), std::strong_ordering::greater);
}

TEST(Word, SignedOrderPutsTheSignFirst) {
  const Word minus_one = kMax;
  const Word lowest = Word(1) << 255;
  EXPECT_EQ(compare_signed(minus_one, 0), std::strong_ordering::less);
  EXPECT_EQ(compare_signed(1, minus_one), std::strong_ordering::greater);
  EXPECT_EQ(compare_signed(lowest, minus_one), std::strong_ordering::less);
  EXPECT_EQ(compare_signed(minus_one, minus_one), std::strong_ordering::equal);
}

TEST(Word, ShiftsAreMultiplicationsAndDivisions) {
  std::mt19937_64 random(1);
  for (unsigned bits = 0; bits < 256; ++bits) {
    const Word a(random(), random(), random(), random());
    EXPECT_EQ(a << bits, multiply_wide(a, Word(1) << bits).low) << bits;
    EXPECT_EQ(a >> bits, divide(a, Word(1) << bits).quotient) << bits;
    EXPECT_EQ((Word(1) << bits).bit_length(), bits + 1);
    EXPECT_EQ(Word::max_of_bits(bits).bit_length(), bits);
  }
  EXPECT_EQ(kMax << 256, Word(0));
  EXPECT_EQ(kMax >> 300, Word(0));
}

TEST(Word, BigEndianRoundTrip) {
  const Word word = 0x0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20_w;
  const auto bytes = word.to_big_endian();
  for (std::size_t i = 0; i < 32; ++i) EXPECT_EQ(bytes[i], i + 1);
  EXPECT_EQ(Word::from_big_endian(bytes), word);
  EXPECT_EQ(Word::from_short_big_endian(ByteView(bytes).first(3)), 0x010203_w);
  EXPECT_EQ(Word::from_short_big_endian({}), Word(0));
}

TEST(Word, DecimalIsStrict) {
  EXPECT_EQ(to_decimal(0), "0");
  EXPECT_EQ(parse_decimal("0").value(), Word(0));
  EXPECT_EQ(parse_decimal("").error().code, "number_digit");
  EXPECT_EQ(parse_decimal("-1").error().code, "number_digit");
  EXPECT_EQ(parse_decimal("1 ").error().code, "number_digit");
  EXPECT_EQ(parse_decimal("1e3").error().code, "number_digit");
  EXPECT_EQ(parse_decimal("007").error().code, "number_leading_zero");
  EXPECT_EQ(
      parse_decimal("115792089237316195423570985008687907853269984665640564039457584007913129639936").error().code,
      "number_range");
}

TEST(Word, SignedDecimal) {
  EXPECT_EQ(parse_signed_decimal("-1").value(), kMax);
  EXPECT_EQ(to_signed_decimal(kMax), "-1");
  const std::string lowest = to_signed_decimal(Word(1) << 255);
  EXPECT_EQ(parse_signed_decimal(lowest).value(), Word(1) << 255);
  EXPECT_EQ(parse_signed_decimal(lowest.substr(1)).error().code, "number_range");
  EXPECT_EQ(parse_signed_decimal("-0").error().code, "number_digit");
}

TEST(Word, Quantities) {
  EXPECT_EQ(to_quantity(0), "0x0");
  EXPECT_EQ(to_quantity(0x1234_w), "0x1234");
  EXPECT_EQ(parse_quantity("0x1234").value(), Word(0x1234));
  EXPECT_EQ(parse_quantity(to_quantity(kMax)).value(), kMax);
  EXPECT_EQ(parse_quantity("1234").error().code, "hex_prefix");
  EXPECT_EQ(parse_quantity("0x").error().code, "hex_digit");
  EXPECT_EQ(parse_quantity("0x01").error().code, "number_leading_zero");
  EXPECT_EQ(parse_quantity("0x1" + std::string(64, '0')).error().code, "number_range");
}

TEST(Uint128, HoldsAtMost128Bits) {
  EXPECT_TRUE(Uint128::from(Word::max_of_bits(128)));
  EXPECT_FALSE(Uint128::from(Word(1) << 128));
}

}  // namespace
}  // namespace valetkey
