/**
 * Headers of activities.csv by language of the account, from published exports, parsers and issues.
 * English, German, Dutch and Spanish are complete; of the others, only some headers are known.
 */
import { englishHeaders } from "./columns.ts"
import { dutchHeaders } from "./headers/dutch.ts"
import { germanHeaders } from "./headers/german.ts"
import { spanishHeaders } from "./headers/spanish.ts"

export type Language =
  | "en"
  | "de"
  | "nl"
  | "fr"
  | "es"
  | "it"
  | "pt"
  | "da"
  | "nb"
  | "sv"
  | "ja"
  | "zh"

/** English headers by their translations. */
type Headers = ReadonlyMap<string, string>

/** Returns the headers of a list in Strava's order, whose last one is that of the media. */
const ordered = (list: string, others = ""): Headers => {
  const headers = list.trim().split(/[|\n]/)
  const english = [...englishHeaders.slice(0, headers.length - 1), ...englishHeaders.slice(-1)]
  return new Map([
    ...paired(others),
    ...headers.map((header, index) => [header, english[index] ?? header] as const),
  ])
}

/** Returns the headers of a list of pairs: the English one, then its translation. */
const paired = (pairs: string): Headers =>
  new Map(
    pairs.trim().split(/[|\n]/).map((pair) => {
      const [english = "", header = english] = pair.split("=")
      return [header, english]
    }),
  )

const french = `
Activity ID=ID de l'activité|Activity Date=Date de l'activité|Activity Name=Nom de l'activité
Activity Type=Type d'activité|Activity Description=Description de l'activité
Elapsed Time=Temps écoulé|Distance|Max Heart Rate=Fréquence cardiaque max.
Relative Effort=Effort relatif|Commute=Déplacement-transport
Activity Private Note=Note privée sur les activités
Activity Gear=Matériel utilisé pour l'activité|Filename=Nom du fichier
Athlete Weight=Poids de l'athlète|Bike Weight=Poids du vélo|Moving Time=Durée de déplacement
Max Speed=Vitesse max.|Average Speed=Vitesse moyenne|Elevation Gain=Dénivelé positif`

const italian = `
Activity ID=ID attività|Activity Date=Data dell'attività|Activity Name=Nome attività
Activity Type=Tipo attività|Activity Description=Descrizione dell'attività
Elapsed Time=Tempo trascorso|Distance=Distanza|Activity Private Note=Nota privata sulle attività
Filename=Nome del file|Moving Time=Tempo in movimento
Average Heart Rate=Frequenza cardiaca media|Calories=Calorie`

const portuguese = `
Activity ID=ID da atividade|Activity Date=Data da atividade|Activity Name=Nome da atividade
Activity Type=Tipo de atividade|Elapsed Time=Tempo decorrido|Distance=Distância
Max Heart Rate=Frequência cardíaca máxima|Activity Gear=Equipamento da atividade
Filename=Nome do arquivo|Moving Time=Tempo de movimentação|Max Speed=Velocidade máx.
Average Speed=Velocidade média|Elevation Gain=Ganho de elevação|Elevation High=Elevação máxima
Average Cadence=Cadência média|Average Heart Rate=Frequência cardíaca média|Calories=Calorias
Pool Length=Extensão da piscina`

const danish = `
Activity ID=Aktivitets-id|Activity Date=Aktivitetsdato|Activity Name=Aktivitetsnavn
Activity Type=Aktivitetstype|Elapsed Time=Varighed|Distance|Max Heart Rate=Maks. puls
Moving Time=Tid i bevægelse|Average Speed=Gennemsnitlig hastighed|Elevation Gain=Samlet stigning
Average Cadence=Gennemsnitlig kadence|Average Heart Rate=Gennemsnitlig puls|Calories=Kalorier
Perceived Exertion=Oplevet indsats`

const norwegian = `
Activity ID=Aktivitets-ID|Activity Date=Aktivitetsdato|Activity Name=Aktivitetsnavn
Activity Type=Aktivitetstype|Elapsed Time=Totaltid|Distance=Distanse|Filename=Filnavn
Moving Time=Bevegelsestid`

const swedish = `
Activity ID=Aktivitets-ID|Activity Date=Aktivitetsdatum`

const japanese = `
Activity ID=アクティビティID|Activity Date=アクティビティ実行日|Activity Name=アクティビティ名
Activity Type=アクティビティタイプ|Elapsed Time=経過時間|Distance=距離|Filename=ファイル名
Moving Time=移動時間|Elevation Gain=獲得標高`

const chinese = `
Activity ID=活动 ID|Activity Date=活动日期|Activity Name=活动名称|Activity Type=活动类型
Activity Description=活动描述|Elapsed Time=全程耗时|Distance=距离|Filename=文件名`

/** Words of older exports. */
const oldDutch = `
Commute=Forenzenrit|Elevation Gain=Hoogteverschil|Elevation Loss=Hoogteverlies`

/** Words of Spain. */
const european = `
Activity ID=ID de actividad|Filename=Nombre del archivo`

/** Known headers by language. */
export const languages: Readonly<Record<Language, Headers>> = {
  en: new Map(englishHeaders.map((name) => [name, name])),
  de: ordered(germanHeaders),
  nl: ordered(dutchHeaders, oldDutch),
  fr: paired(french),
  es: ordered(spanishHeaders, european),
  it: paired(italian),
  pt: paired(portuguese),
  da: paired(danish),
  nb: paired(norwegian),
  sv: paired(swedish),
  ja: paired(japanese),
  zh: paired(chinese),
}

/**
 * Returns the usual decimal separator of distances for people. In Latin America it is a point, so
 * both are read wherever they are clear.
 */
export const decimalSeparator = (language: Language): "." | "," =>
  ["en", "ja", "zh"].includes(language) ? "." : ","
