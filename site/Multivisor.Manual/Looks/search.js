// Finds the parts of the documents that hold all words; those with the words in their heading come first.
const root = document.currentScript.dataset.root
const box = document.querySelector('input[type=search]')
const found = document.querySelector('.found')
const most = 12

const places = searchIndex.map(([address, title, heading, text]) => ({
  address,
  title,
  heading,
  text,
  head: `${title} ${heading}`.toLowerCase(),
  all: `${title} ${heading} ${text}`.toLowerCase(),
}))

function around(text, word) {
  const at = Math.max(0, text.toLowerCase().indexOf(word))
  return `${at > 40 ? '…' : ''}${text.slice(Math.max(0, at - 40), at + 90)}…`
}

function show() {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean)
  const worth = (place) => words.filter((word) => place.head.includes(word)).length
  const hits = words.length
    ? places.filter((place) => words.every((word) => place.all.includes(word))).sort((a, b) => worth(b) - worth(a)).slice(0, most)
    : []
  found.replaceChildren(
    ...hits.map((place) => {
      const link = document.createElement('a')
      link.href = root + place.address
      link.textContent = place.heading === place.title ? place.title : `${place.title}: ${place.heading}`
      const part = document.createElement('small')
      part.textContent = around(place.text, words[0])
      link.append(part)
      const item = document.createElement('li')
      item.append(link)
      return item
    }),
  )
}

box.addEventListener('input', show)
box.form.addEventListener('submit', (event) => {
  event.preventDefault()
  found.querySelector('a')?.click()
})
addEventListener('keydown', (event) => {
  if (event.key === '/' && document.activeElement !== box) {
    event.preventDefault()
    box.focus()
  } else if (event.key === 'Escape') {
    box.value = ''
    show()
  }
})
