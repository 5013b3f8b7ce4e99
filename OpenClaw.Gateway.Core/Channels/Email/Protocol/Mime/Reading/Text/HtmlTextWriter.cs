using System.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Mime.Reading.Text;

/// <summary>Writes lines of text: space collapsed as in browsers, quotes marked, cells of a row on one line.</summary>
internal sealed class HtmlTextWriter(int most)
{
    private readonly StringBuilder _output = new();
    private int _breaks;
    private bool _space;
    private bool _cell;
    private bool _cellIsEmpty;
    private bool _rowHasText;
    private bool _lineHasText;
    private bool _joiner;
    private int _textQuotes;

    /// <summary>No more is taken.</summary>
    public bool Full => _output.Length >= most;

    public int Length => _output.Length;

    /// <summary>How many quotations are around what is written.</summary>
    public int Quotes { get; set; }

    /// <summary>At least that many line ends before what follows.</summary>
    public void Break(int lines)
    {
        if (lines == 0 || _cellIsEmpty) return;
        if (_output.Length > 0) _breaks = Math.Max(_breaks, lines);
        (_space, _cell) = (false, false);
    }

    /// <summary>A line end that the text has.</summary>
    public void LineEnd()
    {
        if (_output.Length > 0) _breaks = Math.Min(_breaks + 1, 2);
        _space = false;
    }

    public void Item(string mark, int indent)
    {
        Break(1);
        Begin();
        _output.Append(' ', Math.Max(0, indent) * 2).Append(mark);
    }

    public void Row()
    {
        _cellIsEmpty = false;
        Break(1);
        _rowHasText = false;
    }

    public void Cell()
    {
        _cell = _rowHasText;
        if (_cell) _breaks = 0;
        (_cellIsEmpty, _space) = (true, false);
    }

    public void CellEnd() => _cellIsEmpty = false;

    public void Text(string data, bool pre)
    {
        foreach (var c in data)
        {
            if (c is '\u200B' or '\u00AD' or '\u034F' or '\u2060' or '\uFEFF' or '\0') continue; // nobody sees them
            if (c == '\n' && pre) LineEnd();
            else if (c is ' ' or '\t' or '\r' or '\n' or '\f' or '\u00A0' or '\u2007') Space(pre && c is not ('\r' or '\f'));
            else if (c == '\u200C') _joiner = !_space; // between letters it means something; in preview lines it is filler
            else Write(c);
        }
    }

    /// <summary>Names the target after the words of a link, unless they name it already.</summary>
    public void LinkTo(string target, int from)
    {
        if (Full) return;
        var words = _output.ToString(Math.Min(from, _output.Length), Math.Max(0, _output.Length - from)).Trim();
        var bare = Bare(target);
        if (words.Length == 0 || bare.Length == 0 || Bare(words).Contains(bare, StringComparison.OrdinalIgnoreCase)) return;
        _output.Append(" <").Append(target).Append('>');
    }

    public override string ToString() => _output.ToString().TrimEnd();

    private static string Bare(string target)
    {
        foreach (var prefix in (ReadOnlySpan<string>)["mailto:", "https://", "http://"])
        {
            if (target.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) target = target[prefix.Length..];
        }

        return target.TrimEnd('/');
    }

    private void Space(bool literal)
    {
        _joiner = false;
        if (!literal || Full) _space = true;
        else
        {
            Begin();
            _output.Append(' ');
        }
    }

    private void Write(char c)
    {
        if (_output.Length >= most) return;
        Begin();
        if (_space && _lineHasText) _output.Append(' ');
        if (_joiner) _output.Append('\u200C');
        _output.Append(c);
        (_joiner, _textQuotes) = (false, Quotes);
        (_space, _lineHasText, _cellIsEmpty, _rowHasText) = (false, true, false, true);
    }

    /// <summary>Goes to the place where the next character stands.</summary>
    private void Begin()
    {
        if (_output.Length == 0 || _breaks > 0)
        {
            for (; _breaks > 0; _breaks--)
            {
                _output.Append('\n');
                if (_breaks > 1) Mark(Math.Min(_textQuotes, Quotes));
            }

            Mark(Quotes);
            if (Quotes > 0) _output.Append(' ');
            (_lineHasText, _space) = (false, false);
        }

        if (_cell && _lineHasText) _output.Append(" | ");
        if (_cell) _space = false;
        _cell = false;
    }

    private void Mark(int depth) => _output.Append('>', Math.Min(depth, 20));
}
