// Rules on the arguments of a permission's function.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "session_file/permission.hpp"

namespace valetkey::session_file {

// Fills rules, counts and units of a permission whose function and words are known. Throws FileFailure.
class RuleReader {
 public:
  RuleReader(const Scope& scope, const Contract& contract, FilePermission& permission)
      : scope_(scope), contract_(contract), permission_(permission) {}

  // `where:`: every argument has a rule or is given away. `where` is nullptr where the permission has none.
  void read_where(const Node& permission, const Node* where);

  // One `is` rule for each word. texts: the values as written, one for each word.
  void read_exact(const Node& node, const std::vector<std::string_view>& texts);

 private:
  struct RuleValue {
    Word word;
    bool account = false;
  };

  void read_argument(const HeadWord& word, const Node& node);
  void read_comparison(const HeadWord& word, const Node& key, const Node& node, const Node* of);
  void read_ratio(const HeadWord& word, Comparison comparison, const Node& node, const Node* of);
  void read_counts(const HeadWord& word, const Node& counts);
  const HeadWord* ratio_base(const HeadWord& word, const Node& of) const;
  void check_all_mentioned(const Node& where, const std::vector<bool>& mentioned) const;
  std::vector<bool> words_of(const Node& key) const;

  RuleValue read_value(const HeadWord& word, const Node& node, std::string_view text);
  Word read_number(const HeadWord& word, const Node& node, std::string_view text);
  void check_amount_unit(const HeadWord& word, const Node& node, std::string_view text, const AmountUnit& unit,
                         bool zero) const;
  void add_rule(FilePosition where, const HeadWord& word, Comparison comparison, const std::vector<RuleValue>& values,
                const Node& node);
  void note_unit(const HeadWord& word, const AmountUnit& unit);

  const Scope& scope_;
  const Contract& contract_;
  FilePermission& permission_;
};

// The type of a rule on such a word; the word is not dynamic.
ValueType value_type(const AbiType& type);

}  // namespace valetkey::session_file
