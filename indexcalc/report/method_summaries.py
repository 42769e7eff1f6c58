"""What each method does, in one Chinese sentence with its formula: the twin of the first line of its docstring."""

from __future__ import annotations

from indexcalc.methods import Method

SUMMARIES: dict[str, dict[str, str]] = {
    "derivation": {
        "ratio": "两个数据序列之比：scale × of / to。",
        "share": "部分占总体的百分比：100 × of / to。",
        "sum": "同一单位的若干序列之和。",
        "product": "若干序列的乘积：scale × Π of。",
        "growth": "较over年前的增长率：100 × (x_t / x_(t-over) - 1)，单位%。",
        "difference": "同一单位的两个序列之差：of - minus。",
        "moving_average": "当年与之前各年的平均：(x_t + x_(t-1) + ... + x_(t-window+1)) / window。",
        "per_capita": "按人口平均：scale × of / population。",
    },
    "imputation": {
        "none": "不插补，缺失仍为缺失。",
        "linear": "同一城市在各年份之间线性内插；首个与末个实有数据之外持平延伸。",
        "linear_inside": "同一城市在各年份之间线性内插；首个与末个实有数据之外不填补。",
        "last": "沿用同一城市最近一个先前年份的数据：x_t = x_a，a为t之前最近的实有年份。",
        "nearest": "取同一城市最接近年份的数据，等距时取较早者：x_t = x_a，a使|t - a|最小。",
        "group_mean": "同组城市当年实有数据的平均：x_ctk = Σ_g x_gtk / n_gtk。",
        "group_median": "同组城市当年实有数据的中位数。",
        "constant": "所有缺失单元格填同一数值：x = value。",
    },
    "transform": {
        "none": "不变换。",
        "log": "自然对数：ln x。",
        "log_offset": "加常数后取自然对数：ln(x + offset)。",
        "log_shifted": "以略低于最小值处为起点取自然对数：ln(x - min + share (max - min))。",
        "box_cox": "给定幂次的Box-Cox变换：(y^power - 1)/power，幂次为0时取ln y。",
        "exponential": "指数：exp(rate (x - origin))，在origin处为1。",
        "reciprocal": "倒数：1/x；次序随之颠倒，最大的变为最小。",
    },
    "treatment": {
        "none": "不处理异常值。",
        "winsorise": "按分位数缩尾：低于lower或高于upper分位数的数值移至该分位数。",
        "skew_kurtosis": "由外向内逐个收缩异常值，直至偏度或峰度通过检验；始终不通过则取对数。",
        "winsorise_points": "固定个数缩尾，不论偏度与峰度。",
        "log": "全部数值取对数，不论偏度与峰度：ln(x - min + share (max - min))。",
    },
    "direction": {
        "positive": "正向：越高越好，取x本身。",
        "negative": "逆向：越低越好，取-x，只变符号。",
        "middle": "适度：越接近最优值越好，1 - |x - best| / max |x - best|，最大值取自参照范围。",
        "interval": "区间：low至high之间为1，其外为1 - 距离/M，M = max(low - min, max - high)，取自参照范围。",
    },
    "normalisation": {
        "none": "不标准化：z = x。",
        "min_max": "极差标准化：z = lower + (upper - lower)(x - min)/(max - min)，min、max取自参照范围。",
        "z_score": "Z分数：z = mean + sd (x - m)/s，m、s为参照范围的均值与样本标准差（n - 1）。",
        "percentile_rank": "百分位排名：z = lower + (upper - lower) p，p = 参照中低于x的个数/(n_ref - 1)，至多为1。",
        "goalposts": "阈值：z = lower + (upper - lower)(x - low)/(high - low)，截至[lower, upper]，除非cap: false。",
        "piecewise": "分段线性：给定若干数值处的得分，其间线性，两端之外持平。",
        "vector": "向量归一化：z = x / √Σx²，对参照范围求和。",
        "ratio": "与参照点之比：z = x / x_to，x_to为参照范围的均值、最好值或最差值。",
        "relative_difference": "与参照点的相对差：z = (x - x_to) / |x_to|，x_to为均值、最好值或最差值。",
        "above_below_mean": "高于或低于均值：高于m + p|m|为1，低于m - p|m|为-1，其间为0，m为参照范围的均值。",
        "distance_to_maximum": "与最大值的距离：z = 1 - (max - x)/(max - min)，max、min取自参照范围。",
        "distance_to_target": "与目标的距离：z = (x - min)/(target - min)，min取自参照范围；cap为true时至多为1。",
        "rank": "排名得分，最好者最高：z = 1 + 参照中低于x的个数，至多为实有个数n；并列取最低。",
        "borda": "博尔达得分：z = 排名得分 - 1，即参照中被x超过的个数，至多n - 1。",
        "rank_share": "排名得分占个数之比：z = scale · 排名得分/n。",
        "categorical": "按分位数分级：排名得分/n落入哪一级即得该级分数，恰在分界点的归入较高一级。",
        "efficacy": "功效系数：z = 60 + 40 (x - x_s)/(x_h - x_s)，x_h为满意值，x_s为不允许值。",
        "exponential_efficacy": "指数型功效系数：z = 60 exp(-ln 0.6 · (x - x_s)/(x_h - x_s))，恒大于0。",
        "logarithmic_efficacy": "对数型功效系数：z = 100 (ln x - ln x_l)/(ln x_h - ln x_l)，上下限取分位数。",
        "mazziotta_pareto": "调整的Mazziotta-Pareto得分：r = 70 + 60 (x - lo)/(hi - lo)，lo、hi为中心∓半个全距。",
    },
    "weighting": {
        "given": "按所写权重归一：w_j = v_j / Σ v。",
        "equal": "等权：w_j = 1/n，不论所写权重（权重为0者不在其列）。",
        "entropy": "熵权：w_j ∝ 1 - e_j，e_j = -Σ p ln p / ln m，p_ij = z_ij / Σ_i z_ij，m为城市-年份个数。",
        "critic": "CRITIC：w_j ∝ σ_j Σ_k (1 - r_jk)，离散程度乘以与其他下级的冲突程度。",
        "coefficient_of_variation": "变异系数：w_j ∝ σ_j / mean_j。",
        "standard_deviation": "标准差：w_j ∝ σ_j。",
        "merec": "MEREC：w_j ∝ Σ_i |S_i(去掉j) - S_i|，S_i = ln(1 + mean_j |ln(min_j / z_ij)|)，即去掉该下级的影响。",
        "pca_lpi": "第一主成分：w_j ∝ 载荷_j / σ_j，作用于计算它的同一组得分。",
        "pca_handbook": "旋转载荷：w_j ∝ 下级j在所属因子上的方差最大旋转载荷之平方。",
        "benefit_of_the_doubt": "数据包络：每个城市-年份各取对其最有利的权重，max Σ_j w_ij z_ij。",
        "ahp": "层次分析法：两两比较矩阵的主特征向量。",
        "linear_combination": "两组权重的线性组合：w_j = alpha a_j + (1 - alpha) b_j。",
        "multiplicative_combination": "两组权重相乘后归一：w_j ∝ a_j b_j，两组都看重者得益。",
        "geometric_combination": "两组权重的几何平均：w_j ∝ sqrt(a_j b_j)，与两组的相对熵之和最小。",
        "game_theory_combination": "博弈论组合：w = (|α| a + |β| b) / (|α| + |β|)。",
    },
    "aggregation": {
        "arithmetic": "加权算术平均：Σ w_j z_j。",
        "geometric": "加权几何平均：Π z_j^w_j，所有z须大于0，否则指名拒绝。",
        "harmonic": "加权调和平均：1 / Σ (w_j / z_j)，所有z须大于0，否则指名拒绝。",
        "generalised": "加权幂平均：(Σ w_j z_j^p)^(1/p)；p = 0为其极限，即几何平均。",
        "inverted_geometric": "反向：top (top - G)/(top - floor)，G为floor + (top - floor)(top - z)/top的几何平均。",
        "mazziotta_pareto": "Mazziotta-Pareto：M ± S·cv，cv = S/M；M为下级的加权平均，S为其标准差。",
        "minimum": "最小值：最差下级的得分，不论权重。",
        "maximum": "最大值：最好下级的得分，不论权重。",
        "median": "中位数：下级得分居中者，不论权重；个数为偶数时取中间两个的平均。",
        "product": "连乘：scale · Π (z_j / scale)；权重不作指数。",
        "owa": "有序加权平均：Σ v_k z_(k) / Σ v，z_(1)为最好的下级，z_(n)为最差的。",
        "topsis": "TOPSIS：贴近度D⁻/(D⁺ + D⁻)，D⁺、D⁻为到最优点与最劣点的距离√Σ(w_j (z_j - z*_j))²。",
        "copeland": "Copeland：同年被该城市压过的城市数，减去压过它的城市数。",
    },
    "missing": {
        "propagate": "传递：有下级缺失，则该节点缺失。",
        "refuse": "拒绝：有数据行的城市-年份若缺下级，即指名报错。",
        "renormalise": "重新归一：现有下级的权重按比例放大至合计为1。",
    },
}


def summary(method: Method, lang: str) -> str:
    """What a method does, on one line.

    >>> from indexcalc.methods import METHODS
    >>> summary(METHODS["aggregation"]["arithmetic"], "zh")
    '加权算术平均：Σ w_j z_j。'
    """
    return SUMMARIES[method.step][method.name] if lang == "zh" else method.summary
