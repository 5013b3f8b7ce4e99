using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Text;

/// <summary>
/// Charsets by the names that mails give them (RFC 2978, and the aliases of browsers: what says ISO-8859-1 is read as
/// Windows-1252, GB2312 as GB18030). The code pages of the runtime are asked directly, so that nothing changes for the rest of the process.
/// </summary>
internal static class Charsets
{
    private const int Windows1252 = 1252;
    private const int Utf8 = 65001;
    private const int Utf7 = 65000;
    private const int Ascii = 20127;

    private static readonly UTF8Encoding Lenient = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);

    private static readonly Dictionary<string, int> Aliases = new(StringComparer.OrdinalIgnoreCase)
    {
        ["utf8"] = Utf8, ["unicode-1-1-utf-8"] = Utf8, ["x-unicode20utf8"] = Utf8, ["utf-8-mac"] = Utf8, ["cp65001"] = Utf8,
        ["utf-7"] = Utf7, ["utf7"] = Utf7, ["unicode-1-1-utf-7"] = Utf7, ["x-unicode-1-1-utf-7"] = Utf7, ["csunicode11utf7"] = Utf7,
        ["us-ascii"] = Ascii, ["ascii"] = Ascii, ["usascii"] = Ascii, ["ansi_x3.4-1968"] = Ascii, ["iso646-us"] = Ascii, ["iso-ir-6"] = Ascii, ["7bit"] = Ascii, ["8bit"] = Ascii, ["unknown-8bit"] = Ascii, ["x-unknown"] = Ascii, ["unknown"] = Ascii, ["default"] = Ascii,
        ["iso-8859-1"] = Windows1252, ["iso8859-1"] = Windows1252, ["iso_8859-1"] = Windows1252, ["latin1"] = Windows1252, ["latin-1"] = Windows1252, ["l1"] = Windows1252, ["iso-8859-1-windows-3.1-latin-1"] = Windows1252, ["x-ansi"] = Windows1252, ["ansi"] = Windows1252,
        ["latin2"] = 28592, ["latin-2"] = 28592, ["iso-8859-8-i"] = 1255, ["iso-8859-8"] = 1255, ["iso-8859-9"] = 1254, ["latin5"] = 1254, ["iso-8859-11"] = 874, ["tis-620"] = 874, ["latin9"] = 28605, ["latin-9"] = 28605, ["iso8859-15"] = 28605,
        ["gb2312"] = 54936, ["gbk"] = 54936, ["x-gbk"] = 54936, ["gb_2312-80"] = 54936, ["csgb2312"] = 54936, ["chinese"] = 54936, ["euc-cn"] = 54936, ["x-euc-cn"] = 54936, ["gb18030"] = 54936, ["cp936"] = 54936, ["hz"] = 52936, ["hz-gb-2312"] = 52936,
        ["ks_c_5601-1987"] = 949, ["ks_c_5601-1989"] = 949, ["ks_c_5601"] = 949, ["ksc5601"] = 949, ["ksc_5601"] = 949, ["euc-kr"] = 949, ["euckr"] = 949, ["uhc"] = 949, ["korean"] = 949, ["iso-2022-kr"] = 50225,
        ["shift_jis"] = 932, ["shift-jis"] = 932, ["sjis"] = 932, ["x-sjis"] = 932, ["ms_kanji"] = 932, ["windows-31j"] = 932, ["ms932"] = 932, ["iso-2022-jp"] = 50220, ["iso-2022-jp-1"] = 50220, ["iso-2022-jp-2"] = 50220, ["iso-2022-jp-ms"] = 50220, ["csiso2022jp"] = 50220, ["euc-jp"] = 51932, ["eucjp"] = 51932, ["x-euc-jp"] = 51932,
        ["big5"] = 950, ["big-5"] = 950, ["x-x-big5"] = 950, ["big5-hkscs"] = 950, ["cn-big5"] = 950,
        ["koi8-r"] = 20866, ["koi8r"] = 20866, ["koi8"] = 20866, ["koi8-u"] = 21866, ["koi8-ru"] = 21866, ["x-cp1251"] = 1251, ["x-mac-cyrillic"] = 10007, ["macintosh"] = 10000, ["x-mac-roman"] = 10000, ["mac"] = 10000,
        ["utf-16"] = 1200, ["utf16"] = 1200, ["ucs-2"] = 1200, ["unicode"] = 1200, ["utf-16le"] = 1200, ["utf-16be"] = 1201, ["utf-32"] = 12000, ["utf-32le"] = 12000, ["utf-32be"] = 12001,
    };

    /// <summary>Decodes by that name; a name nobody knows, and bytes that ASCII has not, are guessed. Never throws for what the bytes are.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes, string? charset)
    {
        var page = Page(charset);
        if (page == Utf7) return Utf7Text.Decode(bytes);
        if (page is null or Ascii) return Guess(bytes);
        if (page == Utf8) return Lenient.GetString(WithoutMark(bytes));
        if (page == 1200 && bytes is [0xFE, 0xFF, ..]) page = 1201;
        return Encoding(page.Value)?.GetString(bytes).TrimStart('\uFEFF') ?? Guess(bytes);
    }

    /// <summary>Whether the name means a charset that can be decoded.</summary>
    public static bool IsKnown(string? charset) => Page(charset) is { } page && (page is Utf8 or Utf7 or Ascii || Encoding(page) is not null);

    /// <summary>UTF-8 when they are valid in it, else Windows-1252.</summary>
    public static string Guess(ReadOnlySpan<byte> bytes)
    {
        if (Utf8Bytes(bytes)) return Lenient.GetString(WithoutMark(bytes));
        return bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] ? Decode(bytes, "utf-16") : Encoding(Windows1252)!.GetString(bytes);
    }

    private static bool Utf8Bytes(ReadOnlySpan<byte> bytes) => System.Text.Unicode.Utf8.IsValid(bytes);

    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> bytes) => bytes is [0xEF, 0xBB, 0xBF, .. var rest] ? rest : bytes;

    private static int? Page(string? charset)
    {
        var name = charset.AsSpan().Trim(" \t\"'");
        if (name.IsEmpty || name.Length > 64) return null;
        if (name.Equals("utf-8", StringComparison.OrdinalIgnoreCase)) return Utf8;
        if (Aliases.TryGetValue(name.ToString(), out var page)) return page;
        foreach (var prefix in (ReadOnlySpan<string>)["windows-", "windows", "win-", "cp-", "cp", "x-cp", "ibm-", "ibm"])
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && int.TryParse(name[prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out page) && page is > 0 and < 65000) return page;
        }

        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(name.ToString())?.CodePage;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static Encoding? Encoding(int page)
    {
        try
        {
            return page switch
            {
                1200 => new UnicodeEncoding(bigEndian: false, byteOrderMark: false),
                1201 => new UnicodeEncoding(bigEndian: true, byteOrderMark: false),
                12000 => new UTF32Encoding(bigEndian: false, byteOrderMark: false),
                12001 => new UTF32Encoding(bigEndian: true, byteOrderMark: false),
                _ => CodePagesEncodingProvider.Instance.GetEncoding(page, EncoderFallback.ReplacementFallback, DecoderFallback.ReplacementFallback),
            };
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null; // a number that is no code page
        }
    }
}
