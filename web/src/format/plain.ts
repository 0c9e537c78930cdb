/** Controls, and what turns the direction of the text around it or has no width: a name with it would not read as what it is. */
const DECEPTIVE = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g

/** A name from outside with everything in it to be seen: `‹U+202E›` stands for a right-to-left override. */
export const plain = (name: string): string =>
  name.replace(DECEPTIVE, (character) => {
    const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
    return `‹U+${code}›`
  })
