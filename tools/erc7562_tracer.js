// A tracer for debug_traceCall and debug_traceTransaction of EntryPoint.handleOps (v0.7, v0.8): what ERC-7562 asks about
// the validation phase. Pass the text of this file as the option `tracer`; tools/erc7562.mjs judges the result:
//   {"entryPoint": address, "hashes": [64-byte inputs of KECCAK256], "frames": [
//     {"parent": index or -1, "type": "CALL"…, "from", "to", "value": hex, "selector": up to 4 bytes,
//      "storage": whose storage it uses, "opcodes": {name: times}, "reads": {slot: true}, "writes": {slot: true},
//      "transientReads", "transientWrites": the same, "codeless": {address without code, also a precompile: opcode}, "error": text}]}
// Frame 0 is the EntryPoint's. Recording ends where the EntryPoint emits BeforeExecution().
//
// An exception in here ends the trace without a word (anvil 1.7.1), and memory that an opcode is about to grow into can't be
// read: everything is checked before it is touched.
{
  frames: [],
  stack: [],
  hashes: {},
  done: false,
  afterGas: false,

  // Banned or restricted by name: OP-011, OP-080. INVALID comes with its own number, others that don't exist as errors.
  banned: {
    0x31: 'BALANCE', 0x32: 'ORIGIN', 0x3a: 'GASPRICE', 0x40: 'BLOCKHASH', 0x41: 'COINBASE', 0x42: 'TIMESTAMP',
    0x43: 'NUMBER', 0x44: 'PREVRANDAO', 0x45: 'GASLIMIT', 0x47: 'SELFBALANCE', 0x48: 'BASEFEE', 0x49: 'BLOBHASH',
    0x4a: 'BLOBBASEFEE', 0xf0: 'CREATE', 0xf5: 'CREATE2', 0xfe: 'INVALID', 0xff: 'SELFDESTRUCT'
  },
  storage: { 0x54: 'reads', 0x55: 'writes', 0x5c: 'transientReads', 0x5d: 'transientWrites' },
  // Opcodes that name an address, and where it is on the stack.
  calls: { 0xf1: 'CALL', 0xf2: 'CALLCODE', 0xf4: 'DELEGATECALL', 0xfa: 'STATICCALL' },
  codes: { 0x3b: 'EXTCODESIZE', 0x3c: 'EXTCODECOPY', 0x3f: 'EXTCODEHASH' },

  word: function (value) {
    return '0x' + ('0'.repeat(64) + value.toString(16)).slice(-64);
  },

  open: function (type, from, to, value, selector) {
    var parent = this.stack.length === 0 ? -1 : this.stack[this.stack.length - 1];
    this.stack.push(this.frames.length);
    this.frames.push({
      parent: parent, type: type, from: from, to: to, value: value, selector: selector, storage: '', opcodes: {},
      reads: {}, writes: {}, transientReads: {}, transientWrites: {}, codeless: {}, error: ''
    });
  },

  count: function (frame, name) {
    frame.opcodes[name] = (frame.opcodes[name] || 0) + 1;
  },

  look_at: function (frame, name, value, db) {
    var address = '0x' + ('0'.repeat(40) + value.toString(16)).slice(-40);
    if (db.getCode(toAddress(address)).length === 0) frame.codeless[address] = name;
  },

  step: function (log, db) {
    if (this.done) return;
    if (this.frames.length === 0) this.open('CALL', '', toHex(log.contract.getAddress()), '0', '');
    var op = log.op.toNumber();
    var depth = log.getDepth();
    if (depth === 1) {
      // keccak256("BeforeExecution()")
      this.done = op === 0xa1 && log.stack.length() >= 3 &&
        this.word(log.stack.peek(2)) === '0xbb47ee3e183a558b1a2ff0874b079f3fc5478b7454eacf2bfc5af2ff5878f972';
      return;
    }

    var frame = this.frames[this.stack[this.stack.length - 1]];
    if (frame.storage === '') frame.storage = toHex(log.contract.getAddress());
    if (this.afterGas && !this.calls[op]) this.count(frame, 'GAS');
    this.afterGas = op === 0x5a;

    var height = log.stack.length();
    if (this.banned[op]) {
      this.count(frame, this.banned[op]);
    } else if (this.storage[op]) {
      if (height >= 1) frame[this.storage[op]][this.word(log.stack.peek(0))] = true;
    } else if (this.calls[op]) {
      if (height >= 2) this.look_at(frame, this.calls[op], log.stack.peek(1), db);
    } else if (this.codes[op]) {
      if (height >= 1) this.look_at(frame, this.codes[op], log.stack.peek(0), db);
    } else if (op === 0x20 && height >= 2 && Number(log.stack.peek(1)) === 64) {
      var start = Number(log.stack.peek(0));
      if (start + 64 <= log.memory.length()) this.hashes[toHex(log.memory.slice(start, start + 64))] = true;
    }
  },

  fault: function (log, db) {},

  enter: function (call) {
    if (this.done) return;
    if (this.frames.length === 0) this.open('CALL', '', toHex(call.getFrom()), '0', '');
    var value = call.getValue();
    this.open(call.getType(), toHex(call.getFrom()), toHex(call.getTo()), value ? value.toString(16) : '0',
      toHex(call.getInput()).slice(0, 10));
    this.afterGas = false;
  },

  exit: function (result) {
    if (this.done || this.stack.length < 2) return;
    this.frames[this.stack.pop()].error = String(result.getError() || '');
    this.afterGas = false;
  },

  result: function (context, db) {
    return { entryPoint: toHex(context.to), hashes: Object.keys(this.hashes), frames: this.frames };
  }
}
