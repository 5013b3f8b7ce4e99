using System.Buffers;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Text;

/// <summary>The lines that mail programs, mostly of phones, put under what somebody wrote.</summary>
internal static class Mobile
{
    private static readonly SearchValues<char> Drawn = SearchValues.Create("_-–—=*");

    private static readonly string[] Beginnings =
    [
        "sent from my ", "sent from outlook", "sent from mail for windows", "sent from yahoo", "sent from proton", "sent from gmail", "sent with proton", "sent via ", "get outlook for", "von meinem ", "gesendet von ", "gesendet mit ", "von outlook", "holen sie sich outlook", "outlook für ", "envoyé de mon ", "envoyé depuis ", "envoyé à partir ", "obtenez outlook", "télécharger outlook",
        "enviado desde mi ", "enviado desde ", "enviado de mi ", "enviado do meu ", "enviado a partir ", "obtener outlook", "obter o outlook", "inviato da ", "inviato dal mio ", "ottieni outlook", "verzonden vanaf ", "verstuurd vanaf ", "verzonden via ", "download outlook", "wysłane z ", "wysłano z ", "pobierz outlook", "отправлено с ", "отправлено из ", "发自我的", "從我的", "发送自", "iphoneから送信", "ipadから送信",
    ];

    public static bool IsSignature(string line)
    {
        var text = line.AsSpan().Trim(" \t<[(*_");
        if (text.Length is < 5 or > 160) return false;
        foreach (var beginning in Beginnings)
        {
            if (text.StartsWith(beginning, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }

    /// <summary>A line drawn with characters.</summary>
    public static bool IsRule(string line) => line.AsSpan().Trim() is { Length: >= 3 } rule && rule.IndexOfAnyExcept(Drawn) < 0;
}
