namespace Multivisor.Fleet.Feed;

/// <summary>
/// Items in the order they came, of which one in the middle can be taken out by its key. Nothing is kept for keys before the first one is asked for,
/// which is when somebody lags, and no memory while it is empty. Not thread-safe.
/// </summary>
internal sealed class FeedQueue
{
    /// <summary>More room than this is given back when the queue has been emptied.</summary>
    private const int Kept = 32;

    private FeedItem?[] _items = [];
    private Dictionary<string, int>? _places;
    private int _end;

    public int Count { get; private set; }

    public void Add(FeedItem item)
    {
        if (_end == _items.Length)
            MakeRoom();
        if (_places is not null && item.Change.CoalesceKey is { } key)
            _places[key] = _end;
        _items[_end++] = item;
        Count++;
    }

    /// <summary>Takes out the newest item with this key; false when there is none.</summary>
    public bool Remove(string key)
    {
        _places ??= FindPlaces();
        if (!_places.Remove(key, out var place))
            return false;
        _items[place] = null;
        Count--;
        return true;
    }

    public void CopyTo(ICollection<FeedItem> into)
    {
        foreach (var item in _items.AsSpan(0, _end))
        {
            if (item is not null)
                into.Add(item);
        }
    }

    public void Clear()
    {
        if (_items.Length > Kept)
            _items = [];
        else
            _items.AsSpan(0, _end).Clear();
        _places = null;
        _end = Count = 0;
    }

    private void MakeRoom()
    {
        // Where half of it is gaps, closing them is enough.
        var isHalfEmpty = _end > 0 && Count <= _end / 2;
        MoveTo(isHalfEmpty ? _items : new FeedItem?[Math.Max(8, 2 * Count)]);
    }

    /// <summary>Moves all items to the beginning of an array, which may be the same one.</summary>
    private void MoveTo(FeedItem?[] items)
    {
        var end = 0;
        foreach (var item in _items.AsSpan(0, _end))
        {
            if (item is not null)
                items[end++] = item;
        }

        if (items == _items)
            items.AsSpan(end, _end - end).Clear();
        _items = items;
        _end = end;
        if (_places is not null)
            _places = FindPlaces();
    }

    private Dictionary<string, int> FindPlaces()
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < _end; i++)
        {
            if (_items[i]?.Change.CoalesceKey is { } key)
                places[key] = i;
        }

        return places;
    }
}
