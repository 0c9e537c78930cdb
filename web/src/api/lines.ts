/** Cuts chunks of bytes into lines of text. A line that never ends is refused before it fills the memory. */
export class LineReader {
  private rest = ''
  private readonly decoder = new TextDecoder()

  constructor(private readonly longest = 64 * 1024 * 1024) {}

  /** The lines that ended in this chunk, without their ends. */
  push(chunk: Uint8Array): string[] {
    const lines = (this.rest + this.decoder.decode(chunk, { stream: true })).split('\n')
    this.rest = lines.pop() ?? ''
    if (this.rest.length > this.longest) throw new Error('a line of the stream is too long')
    return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
  }

  /** What came after the last line end. */
  end(): string {
    const rest = this.rest + this.decoder.decode()
    this.rest = ''
    return rest
  }
}
