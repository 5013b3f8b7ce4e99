using Microsoft.AspNetCore.Components;

namespace OpenClaw.Portal.Components.Controls.Lists;

/// <summary>A column of a <see cref="DataTable{T}"/>; its content is the template of a cell.</summary>
public sealed class DataColumn<T> : ComponentBase, IDisposable
{
    /// <summary>The head's words.</summary>
    [Parameter, EditorRequired]
    public required string Title { get; set; }

    /// <summary>A cell's content; the row's item is its context.</summary>
    [Parameter, EditorRequired]
    public required RenderFragment<T> ChildContent { get; set; }

    /// <summary>The name by which the page sorts; null = not sortable.</summary>
    [Parameter]
    public string? Sort { get; set; }

    /// <summary>Numbers: to the right, of equal width.</summary>
    [Parameter]
    public bool Number { get; set; }

    /// <summary>1 = always there, 2 = not on a phone, 3 = on wide windows only.</summary>
    [Parameter]
    public int Priority { get; set; } = 1;

    /// <summary>Not shown until chosen.</summary>
    [Parameter]
    public bool Hidden { get; set; }

    [CascadingParameter]
    private DataTable<T> Table { get; set; } = default!;

    internal string? CellClass => (Number, Priority) switch
    {
        (false, <= 1) => null,
        (true, <= 1) => "number",
        (false, 2) => "p2",
        (true, 2) => "number p2",
        (false, _) => "p3",
        (true, _) => "number p3",
    };

    /// <inheritdoc />
    public void Dispose() => Table.Leave(this);

    /// <inheritdoc />
    protected override void OnInitialized() => Table.Join(this);
}
