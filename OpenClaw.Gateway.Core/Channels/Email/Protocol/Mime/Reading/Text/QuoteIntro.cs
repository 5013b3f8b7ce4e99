namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Text;

/// <summary>Finds the lines that introduce what is quoted, as mail programs write them in many languages.</summary>
internal static class QuoteIntro
{
    private const int MostLines = 4;
    private const int MostLength = 400;
    private const int MostBlock = 12;

    /// <summary>"On … wrote:" ends so.</summary>
    private static readonly string[] Verbs =
    [
        "wrote", "schrieb", "geschrieben", "a écrit", "écrit", "escribió", "ha scritto", "scrisse", "escreveu", "schreef", "geschreven", "napisał", "napisała", "napisał(a)", "pisze", "написал", "написала", "написал(а)", "пишет", "писал", "писал(а)", "写道", "寫道", "のメール", "書きました", "さんは書きました", "님이 작성", "skrev", "kirjoitti", "yazdı", "napsal", "napsal(a)", "a scris", "írta",
    ];

    /// <summary>… and begins so, when what follows is not marked as quoted.</summary>
    private static readonly string[] Starts = ["on ", "am ", "le ", "el ", "il ", "em ", "op ", "w dniu ", "dnia ", "в ", "den ", "pe ", "dne ", "în ", "在", "于", "於", "20", "19", "пн", "вт", "ср", "чт", "пт", "сб", "вс"];

    private static readonly string[] Separators =
    [
        "original message", "original appointment", "ursprüngliche nachricht", "original-nachricht", "originalnachricht", "message d'origine", "message original", "mensaje original", "messaggio originale", "mensagem original", "oorspronkelijk bericht", "oryginalna wiadomość", "wiadomość oryginalna", "исходное сообщение", "原始邮件", "邮件原件", "原始郵件", "元のメッセージ", "ursprungligt meddelande", "oprindelig meddelelse",
    ];

    private static readonly string[] Forwards =
    [
        "forwarded message", "begin forwarded message", "anfang der weitergeleiteten", "weitergeleitete nachricht", "message transféré", "début du message", "début du message transféré", "mensaje reenviado", "inicio del mensaje reenviado", "messaggio inoltrato", "inizio messaggio inoltrato", "mensagem encaminhada", "mensagem reencaminhada", "doorgestuurd bericht", "begin doorgestuurd bericht", "wiadomość przekazana", "początek przekazywanej", "пересылаемое сообщение", "начало переадресованного", "转发的邮件", "轉寄的郵件", "转发邮件信息", "転送されたメッセージ", "転送メッセージ", "vidarebefordrat", "videresendt",
    ];

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Froms = Names("from", "von", "de", "da", "van", "od", "от", "发件人", "寄件者", "差出人", "från", "fra");

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Others = Names(
        "sent", "date", "to", "subject", "cc", "gesendet", "datum", "an", "betreff", "envoyé", "à", "objet", "enviado", "enviada", "enviado el", "fecha", "data", "para", "asunto", "assunto", "inviato", "a", "oggetto", "verzonden", "aan", "onderwerp", "wysłane", "wysłano", "do", "dw", "temat", "отправлено", "дата", "кому", "копия", "тема", "发送时间", "发送日期", "日期", "收件人", "抄送", "主题", "寄件日期", "收件者", "主旨", "送信日時", "日時", "宛先", "件名", "skickat", "till", "ämne", "sendt", "til", "emne", "reply-to", "importance");

    /// <summary>How many lines there say who wrote what follows; 0 when they do not.</summary>
    public static int Lines(string[] lines, int at)
    {
        if (string.IsNullOrWhiteSpace(lines[at])) return 0;
        var length = 0;
        for (var count = 1; count <= MostLines && at + count <= lines.Length; count++)
        {
            var line = lines[at + count - 1].Trim();
            if (line.Length == 0 || LineKinds.IsQuoted(line) || (length += line.Length) > MostLength) return 0;
            if (line[^1] is not (':' or '：')) continue;
            var whole = string.Join(' ', lines[at..(at + count)]).Trim();
            var quoted = LineKinds.QuoteFollows(lines, at + count);
            return Says(whole, Verbs) ? quoted && (count == 1 || Begins(whole)) || Begins(whole) && HasDate(whole) && (quoted || whole.Contains('@', StringComparison.Ordinal) || whole.Count(char.IsAsciiDigit) >= 6) ? count : 0
                : quoted && HasDate(whole) && whole.Contains('@', StringComparison.Ordinal) && Begins(whole) ? count : 0;
        }

        return 0;
    }

    /// <summary>Whether everything from that line on is an earlier mail: a line says so, or its header stands there.</summary>
    public static bool IsHistory(string[] lines, int at)
    {
        var line = lines[at].Trim();
        if (line.Length is > 2 and < 120 && line[0] is '-' or '_' or '=' or '*')
        {
            var words = line.Trim('-', '_', '=', '*', ' ');
            if (line.StartsWith("--", StringComparison.Ordinal) && words.Length > 0 && Array.Exists(Separators, s => words.StartsWith(s, StringComparison.OrdinalIgnoreCase))) return true;
            if (words.Length == 0) return line.Length > 4 && Next(lines, at + 1) is var next and >= 0 && IsHeader(lines, next);
        }

        return IsHeader(lines, at);
    }

    /// <summary>Whether what follows was sent on to be read: it is no history.</summary>
    public static bool IsForward(string line)
    {
        var words = line.AsSpan().Trim("-=*_ \t:");
        return words.Length < 80 && words.Length > 3 && Array.Exists(Forwards, f => line.AsSpan().Trim("-=*_ \t:").StartsWith(f, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Outlook's block: From, then at least two of Sent, To and Subject.</summary>
    private static bool IsHeader(string[] lines, int at)
    {
        if (!IsField(lines[at], Froms)) return false;
        var fields = 0;
        for (var i = at + 1; i < Math.Min(lines.Length, at + MostBlock) && fields < 2; i++)
        {
            if (string.IsNullOrWhiteSpace(lines[i]) && fields == 0 && i == at + 1) continue;
            if (string.IsNullOrWhiteSpace(lines[i]) && i > at + 6) break;
            if (IsField(lines[i], Others)) fields++;
        }

        return fields >= 2;
    }

    private static bool IsField(string line, HashSet<string>.AlternateLookup<ReadOnlySpan<char>> names)
    {
        var text = line.AsSpan().Trim(" \t*_");
        var colon = text.IndexOfAny(':', '：');
        if (colon is <= 0 or > 24) return false;
        return names.Contains(text[..colon].Trim(" *\u00A0"));
    }

    private static HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Names(params string[] names) => new HashSet<string>(names, StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    private static int Next(string[] lines, int at)
    {
        while (at < lines.Length && string.IsNullOrWhiteSpace(lines[at])) at++;
        return at < lines.Length ? at : -1;
    }

    private static bool Says(string whole, string[] words) => Array.Exists(words, w => whole.Contains(w, StringComparison.OrdinalIgnoreCase));

    private static bool Begins(string whole) => Array.Exists(Starts, s => whole.StartsWith(s, StringComparison.OrdinalIgnoreCase));

    /// <summary>A year or a time of day.</summary>
    private static bool HasDate(string whole)
    {
        var digits = whole.Count(char.IsAsciiDigit);
        return digits >= 3 && whole.AsSpan().IndexOfAny("/-.:年") >= 0 || digits >= 4;
    }
}
