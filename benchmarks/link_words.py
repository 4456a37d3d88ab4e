"""Words that the linkage recipes draw from: invented persons, characters taken for each other, trades renamed."""

from __future__ import annotations

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢"
    "姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙史陶黎贺毛郝顾龚邵万钱覃武戴孔汤"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红玲芬燕彬辉建国志文海波斌宇浩凯健俊帆雪琳梅鑫鹏"
    "飞龙峰欣怡佳慧颖璐晨旭东升林立新生全福荣贵成兴春雨云山月兰竹菊松柏"
)
LOOKALIKE = [
    "已己",
    "未末",
    "日曰",
    "土士",
    "大太",
    "天夫",
    "王玉",
    "限恨",
    "晟展",
    "人入",
    "干千",
    "田由",
    "甲申",
    "木本",
    "今令",
    "刀力",
    "贝见",
    "免兔",
    "鸟乌",
    "析折",
    "拔拨",
    "侯候",
    "晴睛",
    "治冶",
    "竞竟",
    "微徽",
]
# scale.md 1.4 names 16 of these with arrows, two of them in both directions: 18 swaps.
TRADE_SWAPS = (
    ("信息技术", "科技"),
    ("科技", "信息技术"),
    ("商贸", "贸易"),
    ("贸易", "商贸"),
    ("建筑工程", "建设工程"),
    ("实业", "实业发展"),
    ("电子", "电子科技"),
    ("机械", "机械设备"),
    ("文化传媒", "文化传播"),
    ("传媒", "文化传媒"),
    ("物流", "供应链管理"),
    ("投资", "投资管理"),
    ("咨询", "管理咨询"),
    ("装饰", "装饰工程"),
    ("食品", "食品科技"),
    ("农业", "农业科技"),
    ("环保", "环保科技"),
    ("生物科技", "生物技术"),
)
# The held-out family of the second recipe: a trade written shorter, longer or otherwise than in the list above.
HELD_OUT_SWAPS = (
    ("科技发展", "科技"),
    ("房地产开发", "置业"),
    ("房地产", "地产"),
    ("建筑安装", "建安"),
    ("汽车销售服务", "汽贸"),
    ("汽车", "汽车销售"),
    ("工程", "工程技术"),
    ("贸易", "国际贸易"),
    ("商贸", "工贸"),
    ("科技", "技术"),
    ("服务", "管理服务"),
    ("设备", "装备"),
    ("制造", "智造"),
    ("医药", "药业"),
    ("餐饮", "餐饮管理"),
    ("广告", "广告传媒"),
    ("旅游", "旅行社"),
    ("运输", "货运"),
    ("材料", "新材料"),
    ("家具", "家居"),
)
ENGLISH_TRADES = (
    ("信息技术", "Information Technology"),
    ("科技", "Technology"),
    ("贸易", "Trading"),
    ("商贸", "Trading"),
    ("工程", "Engineering"),
    ("机械", "Machinery"),
    ("电子", "Electronics"),
    ("物流", "Logistics"),
    ("投资", "Investment"),
    ("食品", "Food"),
    ("农业", "Agriculture"),
    ("置业", "Property"),
    ("房地产", "Real Estate"),
    ("服务", "Service"),
    ("文化", "Culture"),
    ("建筑", "Construction"),
    ("汽车", "Automobile"),
    ("材料", "Materials"),
    ("医药", "Pharmaceutical"),
    ("旅游", "Travel"),
)
FORMS = ("股份有限公司", "有限责任公司", "有限公司")
EXCHANGED_FORM = {"有限责任公司": "有限公司", "有限公司": "有限责任公司", "股份有限公司": "股份公司"}
