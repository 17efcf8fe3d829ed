// Meanwhile keeps what is told of a list while an answer about it is on its way. The answer may be older than what was
// told, so it is told again behind it; versions see to it that nothing goes back.
export class Meanwhile {
  private late: (() => void)[] = []

  keep(tell: () => void): void {
    this.late.push(tell)
  }

  forget(): void {
    this.late = []
  }

  // tell says whether there was anything.
  tell(): boolean {
    const late = this.late
    this.late = []
    for (const again of late) again()
    return late.length > 0
  }
}
