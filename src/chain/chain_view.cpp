#include "chain/chain_view.hpp"

#include <algorithm>

#include "chain/entry_point.hpp"
#include "chain/session_state.hpp"

namespace valetkey {

Result<ChainView> read_chain_view(Client& client, const HeldSession& session, const AccountAdapter& account,
                                  const EntryPoint& entry_point, std::uint32_t lane) {
  VALETKEY_TRY(state, read_session_state(client, session.place(), session.id()));
  const Word key = account.nonce_key(session.place().validator, lane);
  VALETKEY_TRY(nonce, read_nonce(client, entry_point, session.place().account, key));
  VALETKEY_TRY(fees, client.fees());
  VALETKEY_TRY(block, client.newest_block());
  const Word most = session.session().gas_price;  // the largest stands for no limit
  const Word fee = std::min(fees.highest, most);
  ChainView view;
  view.entry_point = entry_point;
  view.state = state;
  view.nonce = nonce;
  view.fee = fee.low_64();
  view.tip = std::min(fees.tip, fee).low_64();
  view.now = block.timestamp;
  return view;
}

}  // namespace valetkey
