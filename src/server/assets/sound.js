// Plays a reply's sound as it comes in, each piece where the one before ends.

const RATE = 24000;
// Sound begins so many seconds after it came in, in case the next piece is late.
const LEAD = 0.08;

export class Loudspeaker {
  // `played(reply)` is called when all of a reply has been heard.
  constructor(played) {
    this.played = played;
    this.context = null;
    this.reply = null;
    this.factor = 1;
    this.sources = new Set();
  }

  // To be called in a touch or key, where browsers allow sound to begin.
  async unlock() {
    if (!this.context) {
      this.context = new AudioContext({ sampleRate: RATE, latencyHint: "interactive" });
      this.gain = this.context.createGain();
      this.gain.gain.value = this.factor;
      // Louder than loud is held below what the device can play.
      const limit = this.context.createDynamicsCompressor();
      limit.threshold.value = -6;
      limit.ratio.value = 20;
      limit.attack.value = 0.002;
      this.gain.connect(limit).connect(this.context.destination);
    }
    if (this.context.state !== "running") await this.context.resume();
  }

  begin(reply) {
    this.stop();
    this.reply = reply;
    this.ended = false;
    this.at = 0;
    // Where sound may not begin by itself yet, what was said is shown only.
    this.unlock().catch(() => {});
  }

  // A message: the reply's number (32 bits), then 16-bit samples, little-endian.
  piece(message) {
    const view = new DataView(message);
    if (view.getUint32(0, true) !== this.reply || this.context?.state !== "running") return;
    const length = (message.byteLength - 4) >> 1;
    if (length === 0) return;
    const buffer = this.context.createBuffer(1, length, RATE);
    const samples = buffer.getChannelData(0);
    for (let i = 0; i < length; i++) samples[i] = view.getInt16(4 + 2 * i, true) / 32767;
    const source = this.context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.gain);
    this.at = Math.max(this.at, this.context.currentTime + LEAD);
    source.start(this.at);
    this.at += buffer.duration;
    this.sources.add(source);
    source.onended = () => {
      this.sources.delete(source);
      this.check();
    };
  }

  end(reply) {
    if (reply !== this.reply) return;
    this.ended = true;
    this.check();
  }

  check() {
    if (this.ended && this.sources.size === 0 && this.reply !== null) {
      const reply = this.reply;
      this.reply = null;
      this.played(reply);
    }
  }

  stop() {
    this.reply = null;
    for (const source of this.sources) {
      source.onended = null;
      source.stop();
    }
    this.sources.clear();
  }

  volume(factor) {
    this.factor = factor;
    if (this.gain) this.gain.gain.value = factor;
  }
}
