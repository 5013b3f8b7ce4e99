using System.Globalization;
using AngleSharp.Html.Parser.Tokens;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Text;

/// <summary>What tags mean for text.</summary>
internal static class HtmlTags
{
    private const int MostTarget = 500;

    public static bool IsVoid(string name) => name is "br" or "hr" or "img" or "input" or "meta" or "link" or "area" or "base" or "col" or "embed" or "param" or "source" or "track" or "wbr" or "basefont" or "bgsound" or "frame" or "keygen";

    /// <summary>Elements of XML, which a slash closes.</summary>
    public static bool IsForeign(string name) => name is "svg" or "path" or "math" or "g" or "rect" or "circle" || name.Contains(':', StringComparison.Ordinal);

    public static bool IsSilent(string name) => name is "script" or "style" or "head" or "title" or "template" or "svg" or "math" or "object" or "iframe" or "noembed" or "noframes" or "textarea" or "select" or "option" or "audio" or "video" or "canvas" or "map";

    /// <summary>Line ends around it: none, one, or two for what stands apart.</summary>
    public static int Distance(string name) => name switch
    {
        "p" or "h1" or "h2" or "h3" or "h4" or "h5" or "h6" or "pre" or "table" or "dl" or "ul" or "ol" or "blockquote" => 2,
        "div" or "section" or "article" or "header" or "footer" or "address" or "form" or "fieldset" or "figure" or "figcaption" or "main" or "nav" or "aside" or "center" or "dt" or "dd" or "li" or "tr" or "caption" or "thead" or "tbody" or "tfoot" or "body" or "html" or "details" or "summary" or "legend" => 1,
        _ => 0,
    };

    /// <summary>An end tag of a phrase reaches no further than to the block that it stands in.</summary>
    public static bool IsBlock(string name) => Distance(name) > 0 || name is "td" or "th";

    /// <summary>Not to be seen by a reader: texts for the preview line of mail programs are made so.</summary>
    public static bool IsHidden(HtmlTagToken tag)
    {
        foreach (var attribute in tag.Attributes)
        {
            if (attribute.Name is "hidden") return true;
            if (attribute.Name is "style" && Hides(attribute.Value)) return true;
        }

        return false;
    }

    /// <summary>A quotation, and not an indented paragraph as some editors make it.</summary>
    public static bool IsQuote(HtmlTagToken tag)
    {
        if (tag.Name != "blockquote") return false;
        foreach (var attribute in tag.Attributes)
        {
            if (attribute.Name is "type" or "class" or "cite") return true;
            if (attribute.Name is "style" && Has(attribute.Value, "border:none")) return false;
        }

        return true;
    }

    /// <summary>What a picture says in words; null when it says nothing.</summary>
    public static string? Alternative(HtmlTagToken tag)
    {
        var (alternative, pixel) = ("", false);
        foreach (var attribute in tag.Attributes)
        {
            if (attribute.Name is "alt") alternative = attribute.Value.Trim();
            else if (attribute.Name is "width" or "height" && attribute.Value.Trim() is "0" or "1" or "1px") pixel = true;
            else if (attribute.Name is "style" && Hides(attribute.Value)) pixel = true;
        }

        return pixel || alternative.Length is 0 or > MostTarget ? null : alternative;
    }

    /// <summary>Where a link leads, when that is of use to a reader.</summary>
    public static string? Target(HtmlTagToken tag)
    {
        foreach (var attribute in tag.Attributes)
        {
            if (attribute.Name is not "href") continue;
            var target = attribute.Value.Trim();
            if (target.Length > MostTarget || target.AsSpan().ContainsAny(" \r\n\t")) return null;
            if (target.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || target.StartsWith("http://", StringComparison.OrdinalIgnoreCase)) return target;
            return target.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) ? target : null;
        }

        return null;
    }

    public static int FirstNumber(HtmlTagToken tag)
    {
        foreach (var attribute in tag.Attributes)
        {
            if (attribute.Name is "start" && int.TryParse(attribute.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var first) && first is > -100_000 and < 100_000) return first;
        }

        return 1;
    }

    private static bool Hides(string style) => Has(style, "display:none") || Has(style, "visibility:hidden") || Has(style, "mso-hide:all") || Has(style, "font-size:0;") || Has(style, "font-size:0px") || Has(style, "max-height:0;") || Has(style, "max-height:0px") || Has(style, "opacity:0;");

    private static bool Has(string style, string rule)
    {
        if (style.Length > 4096) return false;
        return (style.Replace(" ", "", StringComparison.Ordinal) + ";").Contains(rule, StringComparison.OrdinalIgnoreCase);
    }
}
