import { useRef } from 'preact/hooks'
import { formatNumber } from '../../format.ts'
import { Ago, Icon } from '../../parts/index.ts'
import { setQuery } from '../../place.ts'
import type { TopicNode } from './tree.ts'

interface TopicTreeProps {
  readonly tree: TopicNode
  /** Paths whose children are in sight. */
  readonly opened: ReadonlySet<string>
  /** What matches is in sight, whatever was opened. */
  readonly isSearch: boolean
  readonly chosen: string
  readonly onOpen: (opened: ReadonlySet<string>) => void
}

interface Row {
  readonly node: TopicNode
  readonly depth: number
  readonly isOpen: boolean
}

/** Up and down walk, right opens, left closes or leads to the level above, Enter chooses. */
export function TopicTree({ tree, opened, isSearch, chosen, onOpen }: TopicTreeProps) {
  const list = useRef<HTMLDivElement>(null)
  const rows = [...walk(tree, 0, (path) => isSearch || opened.has(path))]
  const focusPath = rows.find(({ node }) => node.path === chosen)?.node.path ?? rows[0]?.node.path
  const toggle = (path: string, isOpen: boolean) => {
    const next = new Set(opened)
    if (isOpen) next.add(path)
    else next.delete(path)
    onOpen(next)
  }
  const act = ({ node, isOpen }: Row) => {
    if (node.topic) setQuery({ topic: node.path })
    else toggle(node.path, !isOpen)
  }
  const focusRow = (place: number) => {
    list.current?.querySelectorAll<HTMLElement>('[role="treeitem"]')[place]?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const items = [...(list.current?.querySelectorAll('[role="treeitem"]') ?? [])]
    const place = items.indexOf(event.target as Element)
    const row = rows[place]
    if (!row) return
    const { node, depth, isOpen } = row
    const keys: Record<string, () => void> = {
      ArrowDown: () => focusRow(place + 1),
      ArrowUp: () => focusRow(place - 1),
      Home: () => focusRow(0),
      End: () => focusRow(rows.length - 1),
      ArrowRight: () => (isOpen ? focusRow(place + 1) : toggle(node.path, true)),
      ArrowLeft: () =>
        isOpen && node.children.length > 0
          ? toggle(node.path, false)
          : focusRow(rows.findLastIndex((other, at) => at < place && other.depth < depth)),
      Enter: () => act(row),
      ' ': () => act(row),
    }
    const key = keys[event.key]
    if (!key) return
    event.preventDefault()
    key()
  }
  return (
    <div ref={list} class="topic-tree" role="tree" aria-label="Topics" onKeyDown={onKeyDown}>
      {rows.map((row) => (
        <TopicRow
          key={row.node.path}
          row={row}
          isChosen={row.node.path === chosen}
          isFocusable={row.node.path === focusPath}
          onToggle={() => toggle(row.node.path, !row.isOpen)}
          onAct={() => act(row)}
        />
      ))}
    </div>
  )
}

function* walk(node: TopicNode, depth: number, isOpen: (path: string) => boolean): Generator<Row> {
  for (const child of node.children) {
    const row = { node: child, depth, isOpen: child.children.length > 0 && isOpen(child.path) }
    yield row
    if (row.isOpen) yield* walk(child, depth + 1, isOpen)
  }
}

interface TopicRowProps {
  readonly row: Row
  readonly isChosen: boolean
  readonly isFocusable: boolean
  readonly onToggle: () => void
  readonly onAct: () => void
}

function TopicRow({ row: { node, depth, isOpen }, isChosen, isFocusable, onToggle, onAct }: TopicRowProps) {
  const hasChildren = node.children.length > 0
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree around takes the keys
    <div
      role="treeitem"
      aria-level={depth + 1}
      aria-selected={isChosen}
      {...(hasChildren ? { 'aria-expanded': isOpen } : {})}
      tabIndex={isFocusable ? 0 : -1}
      class={node.topic ? 'topic-row is-topic' : 'topic-row'}
      style={{ '--depth': String(depth) }}
      title={node.path}
      onClick={onAct}
    >
      <span
        class="topic-twist"
        aria-hidden="true"
        onClick={(event) => {
          if (!hasChildren) return
          event.stopPropagation()
          onToggle()
        }}
      >
        {hasChildren && <Icon name="next" />}
      </span>
      <span class="topic-label">{node.label === '' ? '(empty level)' : node.label}</span>
      <span class="topic-count">{formatNumber(node.messages)}</span>
      <span class="topic-last">
        <Ago at={node.lastAt} />
      </span>
    </div>
  )
}
