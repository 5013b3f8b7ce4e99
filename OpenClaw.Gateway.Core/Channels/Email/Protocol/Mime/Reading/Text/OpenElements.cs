using AngleSharp.Html.Parser.Tokens;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Text;

internal readonly record struct OpenElement(string Name, bool HiddenHere, bool Preformatted, bool Quotes, bool Shown);

/// <summary>The elements that are open at a place of the HTML, as far as text needs to know. Looks only so far up that mails with wrong tags cost no more than right ones.</summary>
internal sealed class OpenElements
{
    private const int MostUp = 100;
    private const int MostOpen = 100_000;

    private readonly List<OpenElement> _open = [];
    private int _hidden;
    private int _preformatted;

    public bool Hidden => _hidden > 0;

    public bool Preformatted => _preformatted > 0;

    public OpenElement Top => _open.Count > 0 ? _open[^1] : default;

    /// <summary>Opens an element; what it ends without an end tag is returned.</summary>
    public List<OpenElement> Push(HtmlTagToken tag)
    {
        var closed = tag.Name switch
        {
            "p" or "li" or "option" or "dt" or "dd" when Top.Name == tag.Name => Pop(tag.Name),
            "td" or "th" when Top.Name is "td" or "th" => Pop(Top.Name),
            "tr" when Top.Name is "td" or "th" => [.. Pop(Top.Name), .. Pop("tr")],
            "tr" when Top.Name is "tr" => Pop("tr"),
            "a" when Top.Name is "a" => Pop("a"),
            "body" when Hidden => Pop("head"),
            _ => [],
        };
        if (_open.Count >= MostOpen) return closed;
        OpenElement element = new(tag.Name, HtmlTags.IsSilent(tag.Name) || HtmlTags.IsHidden(tag), tag.Name is "pre", HtmlTags.IsQuote(tag), Shown: false);
        Count(element, 1);
        _open.Add(element with { Shown = !Hidden });
        return closed;
    }

    /// <summary>Closes the nearest element of that name, and what is open in it; innermost first.</summary>
    public List<OpenElement> Pop(string name)
    {
        var at = Find(name);
        if (at < 0) return [];
        List<OpenElement> closed = [];
        for (var i = _open.Count - 1; i >= at; i--)
        {
            closed.Add(_open[i]);
            Count(_open[i], -1);
        }

        _open.RemoveRange(at, _open.Count - at);
        return closed;
    }

    public bool Holds(string name) => Find(name) >= 0;

    private int Find(string name)
    {
        var block = HtmlTags.IsBlock(name) || HtmlTags.IsSilent(name);
        for (var i = _open.Count - 1; i >= Math.Max(0, _open.Count - MostUp); i--)
        {
            if (_open[i].Name == name) return i;
            if (!block && HtmlTags.IsBlock(_open[i].Name)) return -1;
            if (_open[i].Name is "td" or "th" && name is not ("td" or "th" or "tr" or "table" or "tbody" or "body" or "html")) return -1;
        }

        return -1;
    }

    private void Count(OpenElement element, int by)
    {
        if (element.HiddenHere) _hidden += by;
        if (element.Preformatted) _preformatted += by;
    }
}
