export type PhoneHint = { key: 'phoneShort' | 'phoneLong' | 'phoneOdd'; n: number } | undefined

// A hint, never a refusal: 11 digits starting 13–19, or a landline with its area code, with or without +86.
export function phoneHint(input: string): PhoneHint {
  const text = input.trim()
  if (!text) return undefined
  if (/[^\d\s()+\-－（）]/.test(text)) return { key: 'phoneOdd', n: 0 }
  let digits = text.replace(/\D/g, '')
  if (/^\s*(\+|00)86/.test(text)) digits = digits.replace(/^(00)?86/, '')
  if (/^0\d{9,11}$/.test(digits) || /^[48]00\d{7}$/.test(digits)) return undefined
  if (/^0/.test(digits)) return { key: 'phoneOdd', n: 0 }
  if (digits.length < 11) return { key: 'phoneShort', n: 11 - digits.length }
  if (digits.length > 11) return { key: 'phoneLong', n: digits.length - 11 }
  return /^1[3-9]/.test(digits) ? undefined : { key: 'phoneOdd', n: 0 }
}
