using AngleSharp.Html;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens;
using AngleSharp.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Text;

/// <summary>
/// Text from HTML. AngleSharp cuts the source into tags and text by the rules of browsers; no tree is built, so that neither depth
/// nor size of a hostile mail costs more than its length.
/// </summary>
internal sealed class HtmlText
{
    private readonly HtmlTextWriter _writer;
    private readonly OpenElements _open = new();
    private readonly List<ListState> _lists = [];
    private Link? _link;

    private HtmlText(int most)
    {
        _writer = new(most);
    }

    /// <summary>At most that many characters, line ends as LF. What is quoted begins its lines with "&gt; ".</summary>
    public static string Convert(string html, int most)
    {
        HtmlText text = new(most);
        using TextSource source = new(html);
        using HtmlTokenizer tokens = new(source, HtmlEntityProvider.Resolver) { IsStrictMode = false, SkipComments = true };
        for (var token = tokens.Get(); token.Type != HtmlTokenType.EndOfFile && !text._writer.Full; token = tokens.Get())
        {
            switch (token.Type)
            {
                case HtmlTokenType.StartTag:
                    text.Start(token.AsTag());
                    tokens.State = ContentOf(token.Name);
                    break;
                case HtmlTokenType.EndTag:
                    text.End(token.Name);
                    break;
                case HtmlTokenType.Character when !text._open.Hidden:
                    text._writer.Text(token.Data, text._open.Preformatted);
                    break;
            }
        }

        return text._writer.ToString();
    }

    private static HtmlParseMode ContentOf(string name) => name switch
    {
        "script" => HtmlParseMode.Script,
        "style" or "xmp" or "iframe" or "noembed" or "noframes" => HtmlParseMode.Rawtext,
        "title" or "textarea" => HtmlParseMode.RCData,
        _ => HtmlParseMode.PCData,
    };

    private void Start(HtmlTagToken tag)
    {
        if (!HtmlTags.IsVoid(tag.Name) && !(tag.IsSelfClosing && HtmlTags.IsForeign(tag.Name)))
        {
            foreach (var closed in _open.Push(tag)) Closed(closed);
        }

        if (!_open.Hidden) Show(tag);
    }

    private void Show(HtmlTagToken tag)
    {
        switch (tag.Name)
        {
            case "br":
                _writer.LineEnd();
                break;
            case "hr":
                _writer.Break(1);
                _writer.Text("---", pre: false);
                _writer.Break(1);
                break;
            case "img":
                if (HtmlTags.Alternative(tag) is { } alternative) _writer.Text($"[image: {alternative}]", pre: false);
                break;
            case "a":
                _link = HtmlTags.Target(tag) is { } target ? new(target, _writer.Length) : null;
                break;
            case "ul" or "ol" or "menu":
                _writer.Break(_lists.Count == 0 ? 2 : 1);
                _lists.Add(new(tag.Name == "ol" ? HtmlTags.FirstNumber(tag) : null));
                break;
            case "li":
                _writer.Item(_lists.Count == 0 ? "- " : _lists[^1].Next(), Math.Min(_lists.Count, 10) - 1);
                break;
            case "tr":
                _writer.Row();
                break;
            case "td" or "th":
                _writer.Cell();
                break;
            case "blockquote" when _open.Top.Quotes:
                _writer.Break(1);
                _writer.Quotes++;
                break;
            default:
                _writer.Break(HtmlTags.Distance(tag.Name));
                break;
        }
    }

    private void End(string name)
    {
        if (name == "p" && !_open.Holds("p") && !_open.Hidden) _writer.Break(2); // browsers see an empty paragraph there
        foreach (var closed in _open.Pop(name)) Closed(closed);
    }

    private void Closed(OpenElement element)
    {
        if (!element.Shown) return;
        switch (element.Name)
        {
            case "a" when _link is { } ended:
                _link = null;
                _writer.LinkTo(ended.Target, ended.From);
                break;
            case "ul" or "ol" or "menu":
                if (_lists.Count > 0) _lists.RemoveAt(_lists.Count - 1);
                _writer.Break(_lists.Count == 0 ? 2 : 1);
                break;
            case "blockquote" when element.Quotes:
                _writer.Break(1);
                _writer.Quotes--;
                break;
            case "td" or "th":
                _writer.CellEnd();
                break;
            default:
                _writer.Break(HtmlTags.Distance(element.Name));
                break;
        }
    }

    private sealed record Link(string Target, int From);

    private sealed class ListState(int? number)
    {
        private int? _next = number;

        public string Next() => _next is { } n ? FormattableString.Invariant($"{(_next = n + 1) - 1}. ") : "- ";
    }
}
