// The contract in a real EVM against the evaluator, on operations that pass and the same with one edit.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <chrono>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "contract_side.hpp"
#include "edits.hpp"
#include "node.hpp"

namespace valetkey::testing {
namespace {

constexpr std::size_t kBatch = 200;
constexpr unsigned kUnedited = 32;  // percent of the cases
constexpr unsigned kAimed = 56;     // percent, at the code that is rarest so far
constexpr int kTries = 400;         // drafts until one has a place for the edit
constexpr int kShown = 3;           // disagreements printed of one edit
constexpr std::size_t kCodes = 96;
constexpr unsigned kLeastAccepted = 30;   // percent
constexpr std::size_t kLeastOfCode = 200;  // each code at least once in so many cases

class Run {
 public:
  Run(std::uint64_t seed, ContractSide& contract) : random_(seed), contract_(contract) {}

  // false where they disagree.
  bool batch(std::size_t size) {
    std::vector<Case> cases;
    std::vector<Outcome> expected;
    while (cases.size() < size) {
      auto [one, met] = next();
      cases.push_back(std::move(one));
      expected.push_back(evaluate_case(cases.back()));
      count(expected.back(), met);
    }
    const std::vector<Outcome> answers = contract_.ask(cases);
    for (std::size_t i = 0; i < size; ++i) {
      if (answers[i] == expected[i]) continue;
      ++disagreements_;
      if (++shown_[cases[i].edit] > kShown) continue;
      std::cout << fmt::format("disagreement, {}\n  contract:  {}\n  evaluator: {}\n  case: ", cases[i].edit, to_text(answers[i]), to_text(expected[i]))
                << to_json(cases[i]).dump() << "\n";
    }
    return disagreements_ == 0;
  }

  bool print() const {
    std::size_t all = accepted_ + wrong_signature_;
    for (const std::size_t number : refused_) all += number;
    std::cout << fmt::format("{:>8} accepted ({:.1f} %)\n{:>8} signature failed\n", accepted_, 100.0 * static_cast<double>(accepted_) / static_cast<double>(all), wrong_signature_);
    for (const auto& [name, number] : accepted_with_) std::cout << fmt::format("{:>8} accepted with {}\n", number, name);
    bool enough = 100 * accepted_ >= kLeastAccepted * all;
    for (std::size_t code = 1; code <= kCodes; ++code) {
      const auto name = refusal_code(static_cast<std::uint8_t>(code));
      std::cout << fmt::format("{:>8} {} {}\n", refused_[code], code, name ? refusal_name(*name) : "?");
      enough = enough && refused_[code] >= all / kLeastOfCode;
    }
    std::cout << fmt::format("{:>8} disagreements\n", disagreements_);
    if (!enough) std::cout << fmt::format("too few: {} % accepted and each code once in {} cases are wanted\n", kLeastAccepted, kLeastOfCode);
    return enough && disagreements_ == 0;
  }

 private:
  struct Made {
    Case one;
    std::vector<std::string_view> met;
  };
  Made next() {
    const Edit* edit = nullptr;
    const std::uint64_t dice = random_.below(100);
    if (dice >= kUnedited) edit = dice < kUnedited + kAimed ? aimed() : unaimed();
    for (int i = 0; i < kTries; ++i) {
      Draft draft = random_draft(random_, contract_.validator());
      if (edit != nullptr && !edit->apply(draft, random_)) continue;
      Case one = assemble(draft, random_);
      one.edit = edit == nullptr ? "none" : edit->name;
      return {std::move(one), draft.entry == Entry::validate ? draft.met() : std::vector<std::string_view>{}};
    }
    std::cout << "no draft for: " << edit->name << "\n";
    return next();
  }

  const Edit* pick(auto wanted) {
    std::vector<const Edit*> list;
    for (const Edit& edit : all_edits()) {
      if (wanted(edit)) list.push_back(&edit);
    }
    return random_.pick(list);
  }
  const Edit* unaimed() {
    return pick([](const Edit& edit) { return !edit.aim; });
  }
  const Edit* aimed() {
    const auto rarest = std::ranges::min_element(refused_.begin() + 1, refused_.end()) - refused_.begin();
    return pick([&](const Edit& edit) { return edit.aim && static_cast<std::ptrdiff_t>(*edit.aim) == rarest; });
  }

  void count(const Outcome& outcome, const std::vector<std::string_view>& met) {
    if (outcome.refusal) {
      ++refused_.at(static_cast<std::size_t>(outcome.refusal->code));
    } else if (outcome.validation_data == Word(1)) {
      ++wrong_signature_;
    } else {
      ++accepted_;
      for (const std::string_view name : met) ++accepted_with_[name];
    }
  }

  Random random_;
  ContractSide& contract_;
  std::size_t accepted_ = 0;
  std::map<std::string_view, std::size_t> accepted_with_;
  std::size_t wrong_signature_ = 0;
  std::array<std::size_t, kCodes + 1> refused_{};
  std::size_t disagreements_ = 0;
  std::map<std::string, int> shown_;
};

// Cases as a run printed them, one on a line.
bool replay(const std::string& path, ContractSide& contract) {
  std::ifstream file(path);
  bool same = true;
  for (std::string line; std::getline(file, line);) {
    const std::size_t start = line.find('{');
    if (start == std::string::npos) continue;
    const std::vector<Case> one{case_from_json(nlohmann::json::parse(line.substr(start)))};
    const Outcome answer = contract.ask(one).front();
    const Outcome expected = evaluate_case(one.front());
    std::cout << fmt::format("{}\n  contract:  {}\n  evaluator: {}\n", one.front().edit, to_text(answer), to_text(expected));
    same = same && answer == expected;
  }
  return same;
}

int main_of(int count, char** arguments) {
  CLI::App app("the contract against the evaluator");
  std::size_t cases = 20'000;
  std::uint64_t seed = static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
  std::string file;
  app.add_option("--cases", cases, "how many");
  app.add_option("--seed", seed, "of the generator; the clock's without it");
  bool first = false;
  app.add_flag("--first", first, "stops at the first disagreement");
  app.add_option("--replay", file, "a file with cases as printed, one on a line");
  CLI11_PARSE(app, count, arguments);

  Node node;
  ContractSide contract(node);
  if (!file.empty()) return replay(file, contract) ? 0 : 1;
  std::cout << fmt::format("seed {}, {} cases\n", seed, cases) << std::flush;
  Run run(seed, contract);
  for (std::size_t done = 0; done < cases; done += kBatch) {
    if (!run.batch(std::min(kBatch, cases - done)) && first) return 1;
  }
  return run.print() ? 0 : 1;
}

}  // namespace
}  // namespace valetkey::testing

int main(int count, char** arguments) {
  return valetkey::testing::main_of(count, arguments);
}
