using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Portal.Components.Controls.Dialogs;

namespace OpenClaw.Portal.Components.Controls.Forms;

/// <summary>
/// A form of an interactive page: checks its fields before saving, saves once at a time, puts what the gateway refused at its field,
/// and asks before what was typed is lost. What was typed while the connection was down comes back after the page loads anew.
/// </summary>
public sealed partial class FormShell : IDisposable
{
    private readonly List<IFormField> _fields = [];
    private ElementReference _form;
    private DotNetObjectReference<FormShell>? _self;
    private bool _live;
    private bool _gone;
    private bool _focusFault;
    private bool _dirtyShown;

    /// <summary>What the form is, for screen readers: <c>Channel</c>.</summary>
    [Parameter, EditorRequired]
    public required string Label { get; set; }

    /// <summary>The fields.</summary>
    [Parameter, EditorRequired]
    public required RenderFragment ChildContent { get; set; }

    /// <summary>Saves, and says how that ended. Called only when every field's own check is content.</summary>
    [Parameter, EditorRequired]
    public required Func<Task<FormResult>> OnSave { get; set; }

    /// <summary>Puts the saved values back. Without it there is no Discard.</summary>
    [Parameter]
    public EventCallback OnDiscard { get; set; }

    /// <summary>The save button's words.</summary>
    [Parameter]
    public string SaveText { get; set; } = "Save";

    /// <summary>False where it does something at once and saves nothing: then “Not saved yet” is not said.</summary>
    [Parameter]
    public bool Saves { get; set; } = true;

    /// <summary>False while there is nothing to save or do; the page says why.</summary>
    [Parameter]
    public bool CanSave { get; set; } = true;

    /// <summary>The bar with Save and Discard at the end; false where the form brings its own submit button (<see cref="SaveBar"/>, a wizard).</summary>
    [Parameter]
    public bool Bar { get; set; } = true;

    /// <summary>Further buttons in the bar: Test connection, Cancel.</summary>
    [Parameter]
    public RenderFragment? Actions { get; set; }

    /// <summary>Nothing can be changed: for those who may only look.</summary>
    [Parameter]
    public bool ReadOnly { get; set; }

    /// <summary>Another query on the same path keeps the form (tabs, steps): no question then.</summary>
    [Parameter]
    public bool IgnoreQuery { get; set; }

    /// <summary>The draft's name where a page has several forms; else <see cref="Label"/>.</summary>
    [Parameter]
    public string? Draft { get; set; }

    /// <summary>Further classes.</summary>
    [Parameter]
    public string? Class { get; set; }

    /// <summary>What is wrong, by field path. A page may set messages itself.</summary>
    [Parameter]
    public FormErrors Errors { get; set; } = new();

    /// <summary>Something was typed that is not saved.</summary>
    public bool Dirty { get; private set; }

    /// <summary>It saves at this moment.</summary>
    public bool Busy { get; private set; }

    internal bool IsLive => _live;

    internal event Action? Changed;

    [CascadingParameter]
    private ModalDialog? Dialog { get; set; }

    [Inject]
    private IConfirm Confirm { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    [Inject]
    private KitScript Script { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private string? Fault { get; set; }

    /// <summary>Something was changed outside a field (an order, a chosen file).</summary>
    public void Touch()
    {
        if (Dirty || ReadOnly) return;
        Dirty = true;
        Show();
    }

    /// <summary>Called by the script at the first key, before the field is left.</summary>
    [JSInvokable]
    public Task OnTyped() => InvokeAsync(Touch);

    /// <inheritdoc />
    public void Dispose()
    {
        _gone = true;
        if (Dialog is not null && Dialog.MayClose == MayCloseAsync) Dialog.MayClose = null;
        _self?.Dispose();
    }

    /// <summary>What is in the form is what is saved.</summary>
    public void Clean()
    {
        Dirty = false;
        Show();
    }

    /// <summary>Checks every field; the first that is wrong gets the focus.</summary>
    public bool Validate()
    {
        var fine = true;
        foreach (var field in _fields.ToArray()) fine &= field.Validate();
        _focusFault = !fine;
        Show();
        return fine;
    }

    /// <summary>Saves as the button does; also called by it.</summary>
    public async Task SubmitAsync()
    {
        if (Busy || ReadOnly || !CanSave) return;
        Fault = null;
        Errors.Clear();
        if (!Validate()) return;
        Busy = true;
        Show();
        try
        {
            var result = FormResult.NotYet;
            // through the page as receiver, so that it renders what saving changed
            await EventCallback.Factory.Create(OnSave.Target ?? this, async () => result = await OnSave()).InvokeAsync();
            Take(result);
        }
        catch (ForbiddenException refused)
        {
            // the right may have gone while the form was open; what was typed stays
            Take(FormResult.Failed(refused.Message));
        }
        catch (InvalidInputException wrong)
        {
            Take(FormResult.Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { [wrong.Field] = [wrong.Message] }));
        }
        finally
        {
            Busy = false;
            Show();
        }
    }

    /// <summary>Asks, then puts the saved values back.</summary>
    public async Task DiscardAsync()
    {
        if (Busy || (Dirty && !await Confirm.AskAsync("Discard your changes?", "What you typed since the last save is lost.", "Discard"))) return;
        Fault = null;
        Errors.Clear();
        Clean();
        await OnDiscard.InvokeAsync();
    }

    internal void Join(IFormField field) => _fields.Add(field);

    internal void Leave(IFormField field) => _fields.Remove(field);

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        if (Dialog is not null) Dialog.MayClose = MayCloseAsync;
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _live = true;
            Show();
            // the script comes by the network: the form may have been saved, and be gone, before it is there
            await Script.LoadAsync();
            if (_gone) return;
            _self = DotNetObjectReference.Create(this);
            await Script.RunAsync("startForm", _form, _self);
        }

        if (_gone) return;
        if (_dirtyShown != Dirty)
        {
            _dirtyShown = Dirty;
            await Script.RunAsync("dirty", _form, Dirty);
        }

        if (!_focusFault || Busy) return;
        _focusFault = false;
        await Script.RunAsync("focusFault", _form);
    }

    private void Take(FormResult result)
    {
        Fault = result.Fault;
        if (result.Errors is not null) Errors.Set(result.Errors);
        _focusFault = Fault is not null || Errors.Any;
        if (!result.IsSaved) return;
        Dirty = false;
        if (result.Note is not null) Toasts.Show(result.Note);
    }

    private async Task<bool> MayCloseAsync() =>
        !Busy && (!Dirty || await Confirm.AskAsync("Close this dialog?", "What you typed here would be lost.", "Close", danger: true, dismiss: "Keep it open"));

    private async Task GuardAsync(LocationChangingContext change)
    {
        if (!Dirty || Busy || (IgnoreQuery && PathOf(change.TargetLocation) == PathOf(Navigation.Uri))) return;
        if (await Confirm.AskAsync("Leave without saving?", "What you typed here is not saved yet and would be lost.", "Leave", danger: true)) Dirty = false;
        else change.PreventNavigation();
    }

    private string PathOf(string address) => Navigation.ToAbsoluteUri(address).AbsolutePath;

    private void Show()
    {
        Changed?.Invoke();
        StateHasChanged();
    }
}
