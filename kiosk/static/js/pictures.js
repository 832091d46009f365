/** Which picture stands before a department or business: by what its name is about, since nobody configures one. */

/** @type {Array<[RegExp, string]>} the first that fits; both languages */
const PICTURES = [
  [/一件事|one visit/i, "one-matter"],
  [/不能办|办不成|refused/i, "cannot-do"],
  [/人大|监督窗口|delegate/i, "supervision"],
  [/应急|消防|emergency|fire/i, "shield"],
  [/文化|旅游|体育|culture|tourism/i, "star"],
  [/残疾|残联|disab/i, "priority"],
  [/民族|宗教|工会|妇联|ethnic|union/i, "users"],
  [/咨询|enquir/i, "question"],
  [/医疗|医保|卫生|健康|medical|health/i, "medical"],
  [/公积金|housing fund/i, "fund"],
  [/社会保险|社保|人力资源|养老|social/i, "social-insurance"],
  [/就业|创业|人才|employ/i, "briefcase"],
  [/出入境|护照|移民|passport/i, "passport"],
  [/身份证|户籍|household|id card/i, "id-card"],
  [/公安|交警|治安|police|security/i, "police"],
  [/税|tax/i, "tax"],
  [/不动产|房产|住房|real estate|housing/i, "house"],
  [/自然资源|规划|建设|住建|工程|build/i, "build"],
  [/食品|烟草|food/i, "food"],
  [/婚姻|marriage/i, "marriage"],
  [/民政|残联|助残|退役|为民|civil|communit|veteran/i, "heart"],
  [/计生|家庭|famil/i, "family"],
  [/教育|学校|educat|school/i, "school"],
  [/交通|车|运输|traffic|transport/i, "car"],
  [/供水|水务|水利|water/i, "tide"],
  [/农|林业|生态|环境|farm|agricultur|ecolog|environment/i, "farm"],
  [/供电|燃气|电力|通信|广电|城管|utilit/i, "utilities"],
  [/司法|公证|法律|law|notar|justice/i, "law"],
  [/审批|市场|企业|登记|许可|approv|regist|licen|business/i, "document"],
];

/** @param {{name: string, name_en?: string, bundle?: boolean}} thing */
export function pictureOf(thing) {
  if (thing.bundle) return "one-matter";
  return PICTURES.find(([about]) => about.test(thing.name) || about.test(thing.name_en ?? ""))?.[1] ?? "folder";
}
