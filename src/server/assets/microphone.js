// The microphone: opened at the first press, then kept, sending only while somebody listens.

const WISHES = { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const RATE = 16000;

export class Microphone {
  constructor(send) {
    this.send = send;
    this.listening = false;
    this.context = null;
    this.stream = null;
  }

  // The rate of the samples, in Hz.
  get rate() {
    return this.context.sampleRate;
  }

  // Why there is no microphone: "microphone_insecure", "microphone_denied", "no_microphone";
  // null if there is one.
  async open() {
    if (this.stream?.active) {
      await this.context.resume();
      return null;
    }
    if (!navigator.mediaDevices) return "microphone_insecure";
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ audio: WISHES });
    } catch (error) {
      return error.name === "NotAllowedError" ? "microphone_denied" : "no_microphone";
    }
    await this.connect();
    return null;
  }

  async connect() {
    await this.context?.close();
    this.context = new AudioContext({ sampleRate: RATE, latencyHint: "interactive" });
    let source;
    try {
      source = this.context.createMediaStreamSource(this.stream);
    } catch {
      // Firefox does not change the rate of a microphone; then the server does.
      await this.context.close();
      this.context = new AudioContext({ latencyHint: "interactive" });
      source = this.context.createMediaStreamSource(this.stream);
    }
    await this.context.audioWorklet.addModule("/assets/worklet.js");
    const worklet = new AudioWorkletNode(this.context, "microphone", { numberOfOutputs: 0 });
    worklet.port.onmessage = ({ data }) => {
      if (this.listening) this.send(data);
    };
    source.connect(worklet);
    await this.context.resume();
  }

  // Gives the microphone back: the browser's sign that it is open goes out.
  close() {
    this.listening = false;
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
  }
}
