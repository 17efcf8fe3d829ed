// A need that is matched or in progress is still published: it stands in the tab of those, and teams see it.
const published = ['published', 'matched', 'in_progress']

export const shelfOf = (state: string): string => (published.includes(state) ? 'published' : state)
