/** What the server says in words: between backticks stands what is typed as it is. */
export function Sentence({ text }: { text: string }) {
  return (
    <>{text.split('`').map((part, place) => (place % 2 === 1 ? <code key={place}>{part}</code> : part))}</>
  )
}
