// Element Plus leaves closed dialogs in the page, hidden; only a visible one takes the keyboard.
export function overlayOpen(): boolean {
  return Array.from(document.querySelectorAll<HTMLElement>('.el-overlay')).some((e) => e.style.display !== 'none')
}
