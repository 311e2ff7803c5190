/** Names of the sports that FIT files number, as the MIT-licensed fitdecode prints them. */

const names: ReadonlyMap<number, string> = new Map([
  ...`
  generic running cycling transition fitness_equipment swimming basketball soccer tennis
  american_football training walking cross_country_skiing alpine_skiing snowboarding rowing
  mountaineering hiking multisport paddling flying e_biking motorcycling boating driving golf
  hang_gliding horseback_riding hunting fishing inline_skating rock_climbing sailing ice_skating
  sky_diving snowshoeing snowmobiling stand_up_paddleboarding surfing wakeboarding water_skiing
  kayaking rafting windsurfing kitesurfing tactical jumpmaster boxing floor_climbing baseball
  `.trim().split(/\s+/).entries(),
  [53, "diving"],
  [62, "hiit"],
  [64, "racket"],
  [65, "wheelchair_push_walk"],
  [66, "wheelchair_push_run"],
  [67, "meditation"],
  [69, "disc_golf"],
  [71, "cricket"],
  [72, "rugby"],
  [73, "hockey"],
  [74, "lacrosse"],
  [75, "volleyball"],
  [76, "water_tubing"],
  [77, "wakesurfing"],
  [80, "mixed_martial_arts"],
  [82, "snorkeling"],
  [83, "dance"],
  [84, "jump_rope"],
])

/** Returns the name of a sport, or its number as text if it is not known. */
export const fitSport = (number: number): string => names.get(number) ?? String(number)
