using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace OpenClaw.Portal.Components.Controls.Forms;

/// <summary>A field that a form asks to check itself before it saves.</summary>
internal interface IFormField
{
    /// <summary>Checks the present value and shows what is wrong; true when nothing is.</summary>
    bool Validate();
}

/// <summary>What all typed inputs share: label, help, path, value, and a check when the field is left and at submit.</summary>
public abstract class InputField<T> : ComponentBase, IFormField, IDisposable
{
    private static int _made;
    private readonly FormErrors _own = new();
    private readonly string _key = string.Create(CultureInfo.InvariantCulture, $"field-{Interlocked.Increment(ref _made)}");

    /// <summary>What the field is called.</summary>
    [Parameter, EditorRequired]
    public string Label { get; set; } = "";

    /// <summary>The API's path of the field (<c>settings.url</c>), by which errors find it.</summary>
    [Parameter]
    public string? Path { get; set; }

    /// <summary>One or two sentences under the input.</summary>
    [Parameter]
    public string? Help { get; set; }

    /// <summary>A value must be given.</summary>
    [Parameter]
    public bool Required { get; set; }

    /// <summary>The input cannot be changed.</summary>
    [Parameter]
    public bool Disabled { get; set; }

    /// <summary>Further classes of the field: <c>narrow</c>.</summary>
    [Parameter]
    public string? Class { get; set; }

    /// <summary>The value.</summary>
    [Parameter]
    public T? Value { get; set; }

    /// <summary>Raised when the person changed the value (when the field is left).</summary>
    [Parameter]
    public EventCallback<T?> ValueChanged { get; set; }

    /// <summary>A further check: what is wrong with the value, or null.</summary>
    [Parameter]
    public Func<T?, string?>? Check { get; set; }

    /// <summary>Errors beside those of the form around it.</summary>
    [Parameter]
    public FormErrors? Errors { get; set; }

    /// <summary>The form around it, if any.</summary>
    [CascadingParameter]
    protected FormShell? Form { get; set; }

    /// <summary>Where its errors stand.</summary>
    protected FormErrors Faults => Errors ?? Form?.Errors ?? _own;

    /// <summary>The path, or a made one where none was given.</summary>
    protected string Key => Path ?? _key;

    /// <summary>It can be changed neither by itself nor by its form.</summary>
    protected bool IsDisabled => Disabled || Form is { ReadOnly: true };

    /// <summary>Checks the present value and shows what is wrong; true when nothing is.</summary>
    public bool Validate()
    {
        if (IsDisabled) return true;
        var fault = Fault();
        Faults.Set(Key, fault);
        return fault is null;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Leaves the form.</summary>
    protected virtual void Dispose(bool disposing) => Form?.Leave(this);

    /// <inheritdoc />
    protected override void OnInitialized() => Form?.Join(this);

    /// <summary>What is wrong with the present value, or null.</summary>
    protected virtual string? Fault() => Required && IsEmpty(Value) ? "A value is needed." : IsEmpty(Value) && Check is null ? null : ValueFault() ?? Check?.Invoke(Value);

    /// <summary>What is wrong with a value that is there, beside <see cref="Check"/>.</summary>
    protected virtual string? ValueFault() => null;

    /// <summary>Nothing was given.</summary>
    protected virtual bool IsEmpty(T? value) => value is null or "";

    /// <summary>Takes a new value, tells it on and checks it.</summary>
    protected async Task SetAsync(T? value)
    {
        Value = value;
        Form?.Touch();
        await ValueChanged.InvokeAsync(value);
        Validate();
    }
}
