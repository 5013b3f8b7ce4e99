using Markdig.Syntax;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace OpenClaw.Portal.Components.Controls.Data;

/// <summary>A text in Markdown by somebody whom nobody vouches for, such as an agent.</summary>
public sealed class MarkdownText : ComponentBase
{
    private MarkdownDocument? _document;
    private string? _parsed;

    /// <summary>The text.</summary>
    [Parameter, EditorRequired]
    public required string Text { get; set; }

    /// <inheritdoc />
    protected override void OnParametersSet()
    {
        if (_parsed == Text) return;
        (_document, _parsed) = (MarkdownTree.Parse(Text), Text);
    }

    /// <inheritdoc />
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.OpenElement(0, "div");
        builder.AddAttribute(1, "class", _document is null ? "text" : "text md");
        builder.AddAttribute(2, "dir", "auto");
        builder.OpenRegion(3);
        if (_document is null) builder.AddContent(0, Text);
        else new MarkdownTree(builder).Draw(_document);
        builder.CloseRegion();
        builder.CloseElement();
    }
}
