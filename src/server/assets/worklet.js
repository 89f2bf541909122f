// The microphone's samples as 16-bit little-endian PCM, a tenth of a second at a time.
// Runs on the browser's sound thread: it only copies.

class Microphone extends AudioWorkletProcessor {
  constructor() {
    super();
    this.samples = new Int16Array(Math.round(sampleRate / 10));
    this.length = 0;
  }

  process([channels]) {
    const channel = channels[0];
    if (!channel) return true;
    for (const sample of channel) {
      this.samples[this.length++] = Math.max(-1, Math.min(1, sample)) * 32767;
      if (this.length === this.samples.length) {
        const full = this.samples.slice().buffer;
        this.port.postMessage(full, [full]);
        this.length = 0;
      }
    }
    return true;
  }
}

registerProcessor("microphone", Microphone);
